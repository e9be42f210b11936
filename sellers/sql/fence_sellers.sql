-- Share the lock of these sellers, in the one order everybody keeps. Intakes do not hinder each other;
-- a close and every act on a seller's money, which take the lock alone, wait for them and are waited for.
--
--   sellers  bigint[]
SELECT id FROM sellers_seller WHERE id = ANY(%(sellers)s::bigint[]) ORDER BY id FOR SHARE
