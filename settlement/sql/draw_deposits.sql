-- Recoveries whose window has passed, or whose seller has left, draw on the deposit up to its balance,
-- oldest refund first (R5.3, R5.4). Each draw is a movement, an allocation, a journal and a notice; the one
-- that takes the deposit below its required level is told as that, too, with what is then asked for (R6.2).
--   sellers      bigint[]  whose locks the caller holds
--   minor_units  jsonb     currency -> decimals of its minor unit
WITH waiting AS MATERIALIZED (
    SELECT r.id, r.number, r.seller_id, r.currency, r.outstanding, d.balance,
           CASE r.state WHEN 'receivable' THEN 'receivables' ELSE 'recoveries' END AS account,
           sum(r.outstanding) OVER (PARTITION BY r.seller_id ORDER BY r.refunded_at, r.number) AS reach
    FROM settlement_recovery r
    JOIN sellers_seller s ON s.id = r.seller_id
    JOIN settlement_deposit d ON d.seller_id = r.seller_id
    WHERE r.seller_id = ANY(%(sellers)s::bigint[]) AND r.outstanding > 0 AND d.balance > 0
      AND (r.window_end < s.open_cycle OR s.left_at IS NOT NULL)
),
drawn AS MATERIALIZED (
    SELECT *, least(reach, balance) - (reach - outstanding) AS amount,
           balance - (reach - outstanding) AS before, balance - least(reach, balance) AS after
    FROM waiting
    WHERE least(reach, balance) > reach - outstanding
),
-- How each deposit stands once all of this is drawn, and what is then still owed.
standing AS MATERIALIZED (
    SELECT seller_id, balance - least(max(reach), balance) AS left_in,
           max(reach) - least(max(reach), balance) AS owed
    FROM waiting GROUP BY seller_id, balance
),
movements AS (
    INSERT INTO settlement_depositmovement (seller_id, kind, change, balance_after, reference)
    SELECT seller_id, 'refund_recovery', -amount, after, number
    FROM drawn ORDER BY seller_id, reach
    RETURNING id, seller_id, reference
),
allocations AS (
    INSERT INTO settlement_allocation (recovery_id, seller_id, source, movement_id, amount)
    SELECT d.id, d.seller_id, 'deposit', m.id, d.amount
    FROM drawn d
    JOIN movements m ON m.reference = d.number
),
journals AS (
    INSERT INTO settlement_journal (key, seller_id, kind, subject, effective_at)
    SELECT 'deposit:' || id, seller_id, 'deposit', reference, now() FROM movements
    RETURNING id, subject
),
told AS (
    INSERT INTO koogallery_notice (key, kind, seller_number, recipient, customer_account, facts)
    SELECT told.key || ':' || m.id, told.key, s.number, 'seller', '',
           told.facts || jsonb_build_object('currency', d.currency)
    FROM movements m
    JOIN drawn d ON d.number = m.reference
    JOIN standing t ON t.seller_id = d.seller_id
    JOIN sellers_seller s ON s.id = d.seller_id,
    LATERAL (SELECT (%(minor_units)s::jsonb ->> d.currency)::int AS decimals) c,
    LATERAL (
        SELECT 1 AS rank, 'deposit_used' AS key,
               jsonb_build_object('recovery', d.number, 'amount', round(d.amount, c.decimals)::text) AS facts
        UNION ALL
        SELECT 2, 'deposit_below_level',
               jsonb_build_object('balance', round(t.left_in, c.decimals)::text,
                                  'required', round(s.required_deposit, c.decimals)::text,
                                  'open_receivables', round(t.owed, c.decimals)::text,
                                  'top_up', round(s.required_deposit + t.owed - t.left_in, c.decimals)::text)
        WHERE s.left_at IS NULL AND d.after < s.required_deposit AND s.required_deposit <= d.before
    ) told
    ORDER BY d.seller_id, d.reach, told.rank
)
INSERT INTO settlement_ledgerentry (journal_id, seller_id, account, currency, amount)
SELECT j.id, d.seller_id, leg.account, d.currency, leg.amount
FROM journals j
JOIN drawn d ON d.number = j.subject,
LATERAL (VALUES ('deposit', d.amount), (d.account, -d.amount)) leg (account, amount)
