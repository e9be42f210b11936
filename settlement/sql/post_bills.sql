-- The journals of bills just issued: what each earned, and what was recovered from it (R7.1).
--   bills  bigint[]     the bills
--   at     timestamptz  effective: the end of their cycle
WITH issued AS MATERIALIZED (
    SELECT b.*, coalesce(c.carried, 0) AS carried
    FROM settlement_bill b
    LEFT JOIN (SELECT l.bill_id, sum(a.amount) AS carried
               FROM settlement_billedadjustment l
               JOIN settlement_adjustment a ON a.id = l.adjustment_id
               WHERE l.bill_id = ANY(%(bills)s::bigint[]) AND a.kind = 'carry_over'
               GROUP BY l.bill_id) c ON c.bill_id = b.id
    WHERE b.id = ANY(%(bills)s::bigint[])
),
taken AS MATERIALIZED (
    SELECT a.seller_id, a.amount, b.currency, 'allocation:' || r.number || ':' || b.number AS key,
           r.number AS subject
    FROM settlement_allocation a
    JOIN issued b ON b.id = a.bill_id
    JOIN settlement_recovery r ON r.id = a.recovery_id
),
journals AS (
    INSERT INTO settlement_journal (key, seller_id, kind, subject, effective_at)
    SELECT 'bill:' || number, seller_id, 'bill', number, %(at)s FROM issued
    UNION ALL
    SELECT key, seller_id, 'allocation', subject, %(at)s FROM taken
    RETURNING id, key
),
legs AS (
    SELECT 'bill:' || b.number AS key, b.seller_id, b.currency, leg.account, leg.amount
    FROM issued b,
    LATERAL (VALUES
        ('customer_sales', b.sales_amount),
        ('customer_wht', -b.customer_wht),
        ('platform_fee', -b.platform_fee),
        ('withholding_tax', -b.withholding_tax),
        ('digital_service_tax', -b.digital_service_tax),
        ('adjustments', b.adjustments - b.carried),
        ('carried_over', b.carried),
        ('seller_payable', -b.settlement_amount)) leg (account, amount)
    UNION ALL
    SELECT t.key, t.seller_id, t.currency, leg.account, leg.amount
    FROM taken t,
    LATERAL (VALUES ('seller_payable', t.amount), ('recoveries', -t.amount)) leg (account, amount)
)
INSERT INTO settlement_ledgerentry (journal_id, seller_id, account, currency, amount)
SELECT j.id, l.seller_id, l.account, l.currency, l.amount
FROM legs l
JOIN journals j USING (key)
WHERE l.amount <> 0
