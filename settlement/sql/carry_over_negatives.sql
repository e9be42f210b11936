-- A negative settlement amount is carried to the next bill as an adjustment (R3.5), and moves from what is
-- payable to what is carried.
--   bills  bigint[]  the bills just issued
--   at     timestamptz  when the books regard it as happened: the end of the cycle
WITH negative AS (
    SELECT b.id, b.number, b.seller_id, b.currency, b.settlement_amount
    FROM settlement_bill b
    WHERE b.id = ANY(%(bills)s::bigint[]) AND b.settlement_amount < 0
),
carried AS (
    INSERT INTO settlement_adjustment (number, seller_id, bill_id, kind, amount, currency, reason)
    SELECT 'AD' || lpad(nextval('number_of_adjustment')::text, 8, '0'), seller_id, id, 'carry_over',
           settlement_amount, currency, 'Negative amount of bill ' || number || ' carried over'
    FROM negative ORDER BY id
),
journals AS (
    INSERT INTO settlement_journal (key, seller_id, kind, subject, effective_at)
    SELECT 'carry-over:' || number, seller_id, 'carry_over', number, %(at)s FROM negative
    RETURNING id, subject
)
INSERT INTO settlement_ledgerentry (journal_id, seller_id, account, currency, amount)
SELECT j.id, n.seller_id, leg.account, n.currency, leg.amount
FROM journals j
JOIN negative n ON n.number = j.subject,
LATERAL (VALUES ('seller_payable', n.settlement_amount), ('carried_over', -n.settlement_amount))
    leg (account, amount)
