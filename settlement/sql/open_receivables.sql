-- What is still outstanding after the window and the deposit becomes a receivable at once (R5.3); one that
-- had been moved to a bill opens again (R5.7).
--   sellers   bigint[]  whose locks the caller holds
--   due_days  int       until the seller has to pay
--   minor_units  jsonb  currency -> decimals of its minor unit
WITH left_over AS MATERIALIZED (
    SELECT r.id, r.number, r.seller_id, r.currency, r.outstanding, r.window_end,
           'RV' || substr(r.number, 3) AS receivable, s.number AS seller_number
    FROM settlement_recovery r
    JOIN sellers_seller s ON s.id = r.seller_id
    WHERE r.seller_id = ANY(%(sellers)s::bigint[]) AND r.state = 'open' AND r.outstanding > 0
      AND (r.window_end < s.open_cycle OR s.left_at IS NOT NULL)
),
receivables AS (
    INSERT INTO settlement_receivable (number, recovery_id, seller_id, currency, amount, state, due_at)
    SELECT receivable, id, seller_id, currency, outstanding, 'open',
           now() + make_interval(days => %(due_days)s)
    FROM left_over ORDER BY id
    ON CONFLICT (recovery_id) DO UPDATE
        SET state = 'open', due_at = excluded.due_at, modified_at = now()
),
moved AS (
    UPDATE settlement_recovery r SET state = 'receivable', modified_at = now()
    FROM left_over o WHERE r.id = o.id
),
journals AS (
    INSERT INTO settlement_journal (key, seller_id, kind, subject, effective_at)
    SELECT 'receivable:' || receivable || ':' || window_end, seller_id, 'receivable', receivable, now()
    FROM left_over
    RETURNING id, subject
),
told AS (
    INSERT INTO koogallery_notice (key, kind, seller_number, recipient, customer_account, facts)
    SELECT 'receivable_opened:' || receivable || ':' || window_end, 'receivable_opened', seller_number,
           'seller', '',
           jsonb_build_object(
               'receivable', receivable, 'recovery', number, 'currency', currency,
               'amount', round(outstanding, (%(minor_units)s::jsonb ->> currency)::int)::text
           )
    FROM left_over ORDER BY seller_id, id
)
INSERT INTO settlement_ledgerentry (journal_id, seller_id, account, currency, amount)
SELECT j.id, o.seller_id, leg.account, o.currency, leg.amount
FROM journals j
JOIN left_over o ON o.receivable = j.subject,
LATERAL (VALUES ('receivables', o.outstanding), ('recoveries', -o.outstanding)) leg (account, amount)
