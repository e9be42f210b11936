-- What went before: of each key's seller the amounts of its last bills before a cycle, the latest first,
-- the cycle of the latest, and whether that one had usage and none is due since.
--   keys, sellers bigint[]; before text[]: bills of earlier cycles; through text[]: usage due until then
--   bills int: how many at most
SELECT k.key, trail.amounts, trail.last_cycle,
       EXISTS (SELECT FROM sellers_usagerecord u
               WHERE u.seller_id = k.seller_id AND u.due_cycle = trail.last_cycle)
       AND NOT EXISTS (SELECT FROM sellers_usagerecord u
                       WHERE u.seller_id = k.seller_id
                         AND u.due_cycle > trail.last_cycle AND u.due_cycle <= k.through)
FROM unnest(%(keys)s::bigint[], %(sellers)s::bigint[], %(before)s::text[], %(through)s::text[])
    k (key, seller_id, before, through),
LATERAL (SELECT array_agg(b.settlement_amount ORDER BY b.cycle DESC) AS amounts, max(b.cycle) AS last_cycle
         FROM (SELECT cycle, settlement_amount FROM settlement_bill
               WHERE seller_id = k.seller_id AND cycle < k.before
               ORDER BY cycle DESC LIMIT %(bills)s) b) trail
WHERE trail.amounts IS NOT NULL
