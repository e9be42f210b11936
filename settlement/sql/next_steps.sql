-- The next cycle of each seller in which a close through `cycle` does anything: bills what is due or
-- adjusted, or ends the window of a recovery. Cycles in between hold nothing and are closed with it (R1.6).
-- Nothing of a seller who is not certified is billed (R1.3).
--   sellers  bigint[]  whose locks the caller holds
--   cycle    text      YYYYMM
--   now      timestamptz
WITH behind AS (
    SELECT s.id, s.open_cycle, (s.certified_at <= %(now)s) IS TRUE AS is_certified
    FROM sellers_seller s
    WHERE s.id = ANY(%(sellers)s::bigint[])
)
SELECT b.id, CASE
    WHEN EXISTS (SELECT FROM settlement_recovery r WHERE r.seller_id = b.id AND r.state = 'open')
        THEN b.open_cycle
    WHEN NOT b.is_certified THEN %(cycle)s
    WHEN EXISTS (SELECT FROM settlement_adjustment a
                 WHERE a.seller_id = b.id
                   AND NOT EXISTS (SELECT FROM settlement_billedadjustment d WHERE d.adjustment_id = a.id))
        THEN b.open_cycle
    ELSE least(
        (SELECT min(o.due_cycle) FROM sellers_order o
         WHERE o.seller_id = b.id AND o.due_cycle >= coalesce(b.open_cycle, '000000')),
        (SELECT min(u.due_cycle) FROM sellers_usagerecord u
         WHERE u.seller_id = b.id AND u.due_cycle >= coalesce(b.open_cycle, '000000')),
        %(cycle)s)
    END
FROM behind b
