-- What negative bills leave uncovered (R3.5). Of what was carried in, the part that this bill leaves
-- uncovered again becomes a recovery, whose window ends with this cycle: the deposit pays it at once, then
-- the seller. Only what is newly negative is carried to the next bill, as an adjustment. Both move from
-- what is payable, and the seller is told of each.
--   bills  bigint[]  the bills just issued
--   at     timestamptz  when the books regard it as happened: the end of the cycle
--   minor_units  jsonb  currency -> decimals of its minor unit
WITH negative AS MATERIALIZED (
    SELECT b.id, b.number, b.seller_id, b.cycle, b.currency, b.settlement_amount, s.number AS seller_number,
           'RC' || substr(b.number, 2) AS recovery, c.began_id, g.number AS began,
           least(-coalesce(c.carried, 0), -b.settlement_amount) AS uncovered,
           (%(minor_units)s::jsonb ->> b.currency)::int AS digits
    FROM settlement_bill b
    JOIN sellers_seller s ON s.id = b.seller_id
    LEFT JOIN LATERAL (
        SELECT sum(a.amount) AS carried, min(a.bill_id) AS began_id
        FROM settlement_billedadjustment l
        JOIN settlement_adjustment a ON a.id = l.adjustment_id
        WHERE l.bill_id = b.id AND a.kind = 'carry_over'
    ) c ON true
    LEFT JOIN settlement_bill g ON g.id = c.began_id
    WHERE b.id = ANY(%(bills)s::bigint[]) AND b.settlement_amount < 0
),
split AS MATERIALIZED (
    SELECT *, settlement_amount + uncovered AS carried_on FROM negative
),
recoveries AS (
    INSERT INTO settlement_recovery (
        number, seller_id, original_bill_id, currency, basis, amount, outstanding, state, refunded_at,
        cycle, window_start, window_end)
    SELECT recovery, seller_id, began_id, currency, 'negative_balance', uncovered, uncovered, 'open',
           %(at)s, cycle, cycle, cycle
    FROM split WHERE uncovered > 0 ORDER BY id
),
carried AS (
    INSERT INTO settlement_adjustment (number, seller_id, bill_id, kind, amount, currency, reason)
    SELECT 'AD' || to_char(nextval('number_of_adjustment'), 'FM9999999999900000000'), seller_id, id, 'carry_over',
           carried_on, currency, 'Negative amount of bill ' || number || ' carried over'
    FROM split WHERE carried_on < 0 ORDER BY id
),
told AS (
    INSERT INTO koogallery_notice (key, kind, seller_number, recipient, customer_account, facts)
    SELECT told.kind || ':' || s.number, told.kind, s.seller_number, 'seller', '',
           jsonb_build_object('bill', s.number, 'currency', s.currency,
                              'amount', round(told.amount, s.digits)::text) || told.facts
    FROM split s,
    LATERAL (VALUES
        (1, 'negative_balance_uncovered', s.uncovered,
         jsonb_build_object('recovery', s.recovery, 'began_on', s.began)),
        (2, 'negative_balance_carried', -s.carried_on, '{}'::jsonb)) told (rank, kind, amount, facts)
    WHERE told.amount > 0
    ORDER BY s.seller_id, told.rank
),
moved AS (
    SELECT 'recovery:' || recovery AS key, 'negative_balance' AS kind, recovery AS subject, seller_id,
           currency, 'recoveries' AS account, uncovered AS amount
    FROM split WHERE uncovered > 0
    UNION ALL
    SELECT 'carry-over:' || number, 'carry_over', number, seller_id, currency, 'carried_over', -carried_on
    FROM split WHERE carried_on < 0
),
journals AS (
    INSERT INTO settlement_journal (key, seller_id, kind, subject, effective_at)
    SELECT key, seller_id, kind, subject, %(at)s FROM moved
    RETURNING id, key
)
INSERT INTO settlement_ledgerentry (journal_id, seller_id, account, currency, amount)
SELECT j.id, m.seller_id, leg.account, m.currency, leg.amount
FROM journals j
JOIN moved m USING (key),
LATERAL (VALUES (m.account, m.amount), ('seller_payable', -m.amount)) leg (account, amount)
