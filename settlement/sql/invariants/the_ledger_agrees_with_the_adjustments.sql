-- Adjustments stand in the ledger as on bills and by lines of banks; what is carried over waits for a bill. (R3.5, R7.2)
WITH expected AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM (
        SELECT a.seller_id, a.currency, 'adjustments' AS account, a.amount
        FROM settlement_adjustment a
        JOIN settlement_billline l ON l.adjustment_id = a.id
        WHERE a.kind = 'difference' AND touched(seller, a.seller_id)
        UNION ALL
        SELECT l.seller_id, l.currency, 'adjustments', kept_of(l) - l.amount
        FROM settlement_bankline l
        WHERE l.purpose = 'adjustment' AND touched(seller, l.seller_id)
        UNION ALL
        SELECT m.seller_id, d.currency, 'adjustments', m.change
        FROM settlement_depositmovement m
        JOIN settlement_deposit d ON d.seller_id = m.seller_id
        WHERE m.kind = 'adjustment' AND touched(seller, m.seller_id)
        UNION ALL
        SELECT a.seller_id, a.currency, 'carried_over', -a.amount
        FROM settlement_adjustment a
        WHERE a.kind = 'carry_over' AND touched(seller, a.seller_id)
          AND NOT EXISTS (SELECT FROM settlement_billline l WHERE l.adjustment_id = a.id)
    ) moved
    GROUP BY seller_id, currency, account
),
booked AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM settlement_ledgerentry
    WHERE account IN ('adjustments', 'carried_over') AND touched(seller, seller_id)
    GROUP BY seller_id, currency, account
)
SELECT CASE WHEN coalesce(e.amount, 0) <> coalesce(b.amount, 0)
       THEN format('%%s of %%s: %%s %%s in the ledger, %%s by the adjustments', account, s.number,
                   coalesce(b.amount, 0), currency, coalesce(e.amount, 0))
       END AS difference
FROM expected e
FULL JOIN booked b USING (seller_id, currency, account)
LEFT JOIN sellers_seller s ON s.id = seller_id
