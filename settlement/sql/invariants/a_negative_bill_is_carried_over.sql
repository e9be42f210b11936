-- A negative amount is carried to the next bill once; what that leaves uncovered is recovered. (R3.5)
WITH came AS (
    SELECT l.bill_id, sum(a.amount) AS carried, min(a.bill_id) AS began_id
    FROM settlement_adjustment a
    JOIN settlement_billline l ON l.adjustment_id = a.id
    WHERE a.kind = 'carry_over' AND touched(seller, a.seller_id)
    GROUP BY l.bill_id
),
went AS (
    SELECT bill_id, count(*) AS times, sum(amount) AS carried
    FROM settlement_adjustment
    WHERE kind = 'carry_over' AND touched(seller, seller_id) GROUP BY bill_id
),
split AS (
    SELECT b.*, c.began_id, w.times, w.carried,
           CASE WHEN b.settlement_amount < 0 THEN least(-coalesce(c.carried, 0), -b.settlement_amount)
                ELSE 0 END AS uncovered
    FROM settlement_bill b
    LEFT JOIN came c ON c.bill_id = b.id
    LEFT JOIN went w ON w.bill_id = b.id
    WHERE (b.settlement_amount < 0 OR w.times IS NOT NULL) AND touched(seller, b.seller_id)
)
SELECT CASE WHEN (
           coalesce(s.carried, 0) = least(s.settlement_amount, 0) + s.uncovered
           AND coalesce(s.times, 1) = 1
           AND coalesce(r.amount, 0) = s.uncovered
           AND (r.id IS NULL OR r.original_bill_id = s.began_id)) IS NOT TRUE
       THEN format('bill %%s settles %%s, %%s of what was carried in is uncovered; %%s were carried on, '
                   '%%s recovered by %%s', s.number, s.settlement_amount, s.uncovered,
                   coalesce(s.carried, 0), coalesce(r.amount, 0), coalesce(r.number, '(none)'))
       END AS difference
FROM split s
LEFT JOIN settlement_recovery r
       ON r.basis = 'negative_balance' AND r.seller_id = s.seller_id AND r.cycle = s.cycle
UNION ALL
SELECT CASE WHEN b.id IS NULL
       THEN format('recovery %%s of %%s is of no negative bill of cycle %%s', r.number, r.amount, r.cycle) END
FROM settlement_recovery r
LEFT JOIN settlement_bill b
       ON b.seller_id = r.seller_id AND b.cycle = r.cycle AND b.settlement_amount < 0
WHERE r.basis = 'negative_balance' AND touched(seller, r.seller_id)
