-- What the coming bills of a seller follow from, as one digest; and whether so few transactions are due
-- that they are closed at once. Of more than that the transactions are left out of the digest.
--   seller  bigint
--   most    int   so many are few
--   today   text  the day in the settlement time zone: a month may begin, a certification take effect
SELECT md5(concat_ws('|', %(today)s, s::text, d::text, due.facts, recovery.facts, refund.facts, adjustment.facts)),
       due.number <= %(most)s
FROM sellers_seller s
LEFT JOIN settlement_deposit d ON d.seller_id = s.id
CROSS JOIN LATERAL (
    SELECT count(*) AS number,
           CASE WHEN count(*) <= %(most)s
                THEN concat_ws(' ', count(*), sum(id), sum(due_cycle::int), max(modified_at)) END AS facts
    FROM (
        (SELECT id, due_cycle, modified_at FROM sellers_order
         WHERE seller_id = s.id AND due_cycle >= coalesce(s.open_cycle, '000000') LIMIT %(most)s + 1)
        UNION ALL
        (SELECT id, due_cycle, NULL FROM sellers_usagerecord
         WHERE seller_id = s.id AND due_cycle >= coalesce(s.open_cycle, '000000') LIMIT %(most)s + 1)
    ) transaction
) due
CROSS JOIN LATERAL (
    SELECT concat_ws(' ', count(*), sum(outstanding), max(modified_at)) AS facts
    FROM settlement_recovery WHERE seller_id = s.id
) recovery
CROSS JOIN LATERAL (
    SELECT concat_ws(' ', count(*), max(modified_at)) AS facts FROM settlement_refund WHERE seller_id = s.id
) refund
CROSS JOIN LATERAL (
    SELECT concat_ws(' ', count(*), max(id)) AS facts FROM settlement_adjustment WHERE seller_id = s.id
) adjustment
WHERE s.id = %(seller)s
