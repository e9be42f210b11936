-- What is noted of an adjustment, that it is on a bill, is so; and it is noted of each that is on one. (R1.5)
SELECT CASE WHEN l.bill_id IS DISTINCT FROM d.bill_id
       THEN format('adjustment %%s is noted on bill %%s and stands on %%s', a.number,
                   coalesce(d.bill_id::text, 'none'), coalesce(l.bill_id::text, 'none'))
       END AS difference
FROM settlement_adjustment a
LEFT JOIN settlement_billedadjustment d ON d.adjustment_id = a.id
LEFT JOIN settlement_billline l ON l.adjustment_id = a.id
WHERE touched(seller, a.seller_id)
