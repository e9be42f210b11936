-- Every negative settlement amount is carried to the next bill once, and nothing else is. (R3.5)
SELECT CASE WHEN (
           CASE WHEN b.settlement_amount < 0
                THEN a.carried = 1 AND a.amount = b.settlement_amount
                ELSE a.carried IS NULL END) IS NOT TRUE
       THEN format('bill %%s settles %%s; %%s were carried over', b.number, b.settlement_amount,
                   coalesce(a.amount, 0))
       END AS difference
FROM settlement_bill b
LEFT JOIN (SELECT bill_id, count(*) AS carried, sum(amount) AS amount
           FROM settlement_adjustment WHERE kind = 'carry_over' GROUP BY bill_id) a ON a.bill_id = b.id
WHERE b.settlement_amount < 0 OR a.carried IS NOT NULL
