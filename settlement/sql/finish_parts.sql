-- Mark the parts of a run done, with the lines billed for each seller. A part another worker finished
-- keeps what that one found.
--   run; sellers, lines: arrays of the same length
UPDATE settlement_billrunseller p
SET state = 'done', reason = '', lines = billed.lines
FROM unnest(%(sellers)s::bigint[], %(lines)s::int[]) billed (seller_id, lines)
WHERE p.run_id = %(run)s AND p.seller_id = billed.seller_id AND p.state = 'pending'
