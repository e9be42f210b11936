-- What is to be recovered or received from sellers stands in the ledger as recoveries have it outstanding. (R7.2)
WITH expected AS (
    SELECT r.seller_id, r.currency, leg.account, sum(leg.amount) AS amount
    FROM settlement_recovery r,
    LATERAL (VALUES
        ('customer_refunds', CASE r.basis WHEN 'negative_balance' THEN 0 ELSE -r.amount END),
        (CASE r.state WHEN 'receivable' THEN 'receivables' ELSE 'recoveries' END, r.outstanding)
    ) leg (account, amount)
    WHERE touched(seller, r.seller_id)
    GROUP BY r.seller_id, r.currency, leg.account
),
booked AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM settlement_ledgerentry
    WHERE account IN ('customer_refunds', 'recoveries', 'receivables') AND touched(seller, seller_id)
    GROUP BY seller_id, currency, account
)
SELECT CASE WHEN coalesce(e.amount, 0) <> coalesce(b.amount, 0)
       THEN format('%%s of %%s: %%s %%s in the ledger, %%s by the recoveries', account, s.number,
                   coalesce(b.amount, 0), currency, coalesce(e.amount, 0))
       END AS difference
FROM expected e
FULL JOIN booked b USING (seller_id, currency, account)
LEFT JOIN sellers_seller s ON s.id = seller_id
