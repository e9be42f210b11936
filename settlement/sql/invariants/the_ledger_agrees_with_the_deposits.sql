-- Deposits, penalties and money in transit stand in the ledger as movements, payments and payouts say. (R6.1, R7.2)
WITH expected AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM (
        SELECT seller_id, currency, 'deposit' AS account, -balance AS amount
        FROM settlement_deposit
        WHERE touched(seller, seller_id)
        UNION ALL
        SELECT m.seller_id, d.currency,
               CASE m.kind WHEN 'penalty' THEN 'penalties' ELSE 'in_transit' END, m.change
        FROM settlement_depositmovement m
        JOIN settlement_deposit d ON d.seller_id = m.seller_id
        WHERE m.kind IN ('top_up', 'return', 'penalty', 'reversal') AND touched(seller, m.seller_id)
          AND NOT EXISTS (SELECT FROM settlement_payoutitem i WHERE i.movement_id = m.id)
        UNION ALL
        SELECT p.seller_id, p.currency, 'in_transit', -p.amount
        FROM settlement_payout p
        WHERE p.state IN ('sent', 'paid') AND touched(seller, p.seller_id)
        UNION ALL
        SELECT p.seller_id, v.currency, 'in_transit', p.amount
        FROM settlement_receivablepayment p
        JOIN settlement_receivable v ON v.id = p.receivable_id
        WHERE touched(seller, p.seller_id)
        UNION ALL
        SELECT l.seller_id, l.currency, 'in_transit', kept_of(l) - l.amount
        FROM settlement_bankline l
        WHERE l.seller_id IS NOT NULL AND l.purpose <> 'adjustment' AND touched(seller, l.seller_id)
        UNION ALL
        SELECT e.seller_id, e.currency, 'in_transit', e.amount
        FROM settlement_bankline l
        JOIN settlement_journal j ON j.kind = 'bank_line_cleared' AND j.subject = l.number
        JOIN settlement_ledgerentry e ON e.journal_id = j.id AND e.account = 'in_transit'
        WHERE l.purpose = 'batch' AND touched(seller, e.seller_id)
    ) moved
    GROUP BY seller_id, currency, account
),
booked AS (
    SELECT seller_id, currency, account, sum(amount) AS amount
    FROM settlement_ledgerentry
    WHERE account IN ('deposit', 'penalties', 'in_transit') AND touched(seller, seller_id)
    GROUP BY seller_id, currency, account
)
SELECT CASE WHEN coalesce(e.amount, 0) <> coalesce(b.amount, 0)
       THEN format('%%s of %%s: %%s %%s in the ledger, %%s by movements, payments and payouts', account, s.number,
                   coalesce(b.amount, 0), currency, coalesce(e.amount, 0))
       END AS difference
FROM expected e
FULL JOIN booked b USING (seller_id, currency, account)
LEFT JOIN sellers_seller s ON s.id = seller_id
