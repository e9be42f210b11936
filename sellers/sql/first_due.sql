-- The earliest cycle in which something of each seller is due on no bill yet; null where nothing is.
--   sellers  bigint[]
SELECT s.id, least(
    (SELECT min(o.due_cycle) FROM sellers_order o
     WHERE o.seller_id = s.id AND o.due_cycle >= coalesce(s.open_cycle, '000000')),
    (SELECT min(u.due_cycle) FROM sellers_usagerecord u
     WHERE u.seller_id = s.id AND u.due_cycle >= coalesce(s.open_cycle, '000000')))
FROM sellers_seller s
WHERE s.id = ANY(%(sellers)s::bigint[])
