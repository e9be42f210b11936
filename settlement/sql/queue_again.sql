-- Parked parts of a run wait again, in batches behind all earlier ones.
--   run; parts bigint[]; members: what a batch may hold
UPDATE settlement_billrunseller p
SET state = 'pending', reason = '', batch = again.batch, attempts = 0, retry_at = NULL
FROM (
    SELECT q.id,
           (SELECT max(batch) + 1 FROM settlement_billrunseller WHERE run_id = %(run)s)
           + div(row_number() OVER (ORDER BY q.weight DESC, q.seller_id) - 1, %(members)s) AS batch
    FROM settlement_billrunseller q
    WHERE q.run_id = %(run)s AND q.id = ANY(%(parts)s::bigint[])
) again
WHERE p.id = again.id
