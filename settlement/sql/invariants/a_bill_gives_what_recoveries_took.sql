-- What a bill shows as recovered was taken from it, never more than it settles, within windows. (R2.5, R5.3)
WITH taken AS (
    SELECT a.bill_id, sum(a.amount) AS amount,
           -- A receivable moved to a later bill has opened a later window (R5.7).
           bool_or(b.seller_id <> a.seller_id OR b.cycle < r.cycle OR b.cycle > r.window_end) AS astray
    FROM settlement_allocation a
    JOIN settlement_bill b ON b.id = a.bill_id
    JOIN settlement_recovery r ON r.id = a.recovery_id
    WHERE touched(bill, b.id)
    GROUP BY a.bill_id
)
SELECT CASE WHEN (
           b.recovered = coalesce(t.amount, 0)
           AND b.recovered <= greatest(b.settlement_amount, 0)
           AND t.astray IS NOT TRUE) IS NOT TRUE
       THEN format('bill %%s settles %%s and shows %%s recovered; recoveries took %%s%%s', b.number,
                   b.settlement_amount, b.recovered, coalesce(t.amount, 0),
                   CASE WHEN t.astray THEN ', outside their windows' END)
       END AS difference
FROM settlement_bill b
LEFT JOIN taken t ON t.bill_id = b.id
WHERE touched(bill, b.id)
