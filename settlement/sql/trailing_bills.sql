-- The settlement amounts of each seller's last bills, the latest first.
--   sellers bigint[]; bills int: how many at most
SELECT s.id, array_agg(b.settlement_amount ORDER BY b.cycle DESC)
FROM unnest(%(sellers)s::bigint[]) s (id),
LATERAL (SELECT cycle, settlement_amount FROM settlement_bill
         WHERE seller_id = s.id ORDER BY cycle DESC LIMIT %(bills)s) b
GROUP BY s.id
