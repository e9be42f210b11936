-- Every deposit is the sum of its movements, step by step, and never below 0. (R6.1)
WITH steps AS (
    SELECT seller_id, id, kind, reference, balance_after,
           sum(change) OVER (PARTITION BY seller_id ORDER BY id) AS balance,
           row_number() OVER (PARTITION BY seller_id ORDER BY id DESC) = 1 AS last
    FROM settlement_depositmovement
    WHERE touched(seller, seller_id)
)
SELECT CASE WHEN (
           m.balance_after = m.balance AND m.balance >= 0
           AND (d.balance = m.balance OR NOT m.last)) IS NOT TRUE
       THEN format('deposit of %%s: after %%s %%s it is %%s by its movements, %%s by that movement, '
                   '%%s by itself', s.number, m.kind, m.reference, m.balance, m.balance_after, d.balance)
       END AS difference
FROM steps m
JOIN sellers_seller s ON s.id = m.seller_id
LEFT JOIN settlement_deposit d ON d.seller_id = m.seller_id
UNION ALL
SELECT CASE WHEN d.balance <> 0 THEN format('deposit of %%s: %%s without a movement', s.number, d.balance) END
FROM settlement_deposit d
JOIN sellers_seller s ON s.id = d.seller_id
WHERE touched(seller, d.seller_id)
  AND NOT EXISTS (SELECT FROM settlement_depositmovement m WHERE m.seller_id = d.seller_id)
