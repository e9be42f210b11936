-- The same as fence_sellers.sql, for whoever would rather do something else than wait.
--   sellers  bigint[]
SELECT id FROM sellers_seller WHERE id = ANY(%(sellers)s::bigint[]) ORDER BY id FOR SHARE NOWAIT
