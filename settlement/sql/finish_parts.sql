-- Mark the parts of a run done, with the lines billed for each seller and the digest of what was issued. A
-- part another worker finished keeps what that one found. Nothing was approved to be issued for sellers
-- whose cycle was closed before; it is said so.
--   run; sellers, lines, contents: arrays of the same length; closed bigint[]; why: what is said
UPDATE settlement_billrunseller p
SET state = 'done', lines = billed.lines, content = billed.content,
    expected = CASE WHEN p.seller_id = ANY(%(closed)s::bigint[]) THEN '' ELSE p.expected END,
    reason = CASE WHEN p.seller_id = ANY(%(closed)s::bigint[]) THEN %(why)s ELSE '' END
FROM unnest(%(sellers)s::bigint[], %(lines)s::int[], %(contents)s::text[])
    billed (seller_id, lines, content)
WHERE p.run_id = %(run)s AND p.seller_id = billed.seller_id AND p.state = 'pending'
