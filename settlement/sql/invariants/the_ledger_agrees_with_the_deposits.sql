-- Deposits, penalties and the bank stand in the ledger as their movements and payments say. (R6.1, R7.2)
WITH expected AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM (
        SELECT seller_id, currency, 'deposit' AS account, -balance AS amount
        FROM settlement_deposit
        UNION ALL
        SELECT m.seller_id, d.currency,
               CASE m.kind WHEN 'penalty' THEN 'penalties' ELSE 'bank' END, m.change
        FROM settlement_depositmovement m
        JOIN settlement_deposit d ON d.seller_id = m.seller_id
        WHERE m.kind IN ('top_up', 'return', 'penalty')
        UNION ALL
        SELECT p.seller_id, v.currency, 'bank', p.amount
        FROM settlement_receivablepayment p
        JOIN settlement_receivable v ON v.id = p.receivable_id
    ) moved
    GROUP BY seller_id, currency, account
),
booked AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM settlement_ledgerentry
    WHERE account IN ('deposit', 'penalties', 'bank')
    GROUP BY seller_id, currency, account
)
SELECT CASE WHEN coalesce(e.amount, 0) <> coalesce(b.amount, 0)
       THEN format('%%s of %%s: %%s %%s in the ledger, %%s by movements and payments', account, s.number,
                   coalesce(b.amount, 0), currency, coalesce(e.amount, 0))
       END AS difference
FROM expected e
FULL JOIN booked b USING (seller_id, currency, account)
LEFT JOIN sellers_seller s ON s.id = seller_id
