-- Every difference found in a dispute is an adjustment of the disputed bill, by that amount. (R3.2, R3.4)
SELECT CASE WHEN (
           b.seller_id = d.seller_id
           AND (d.difference IS NULL AND d.adjustment_id IS NULL
                OR d.state = 'accepted' AND a.kind = 'difference' AND a.amount = d.difference
                AND a.bill_id = d.bill_id AND a.seller_id = d.seller_id)) IS NOT TRUE
       THEN format('dispute %%s of %%s is %%s with a difference of %%s; its adjustment %%s of %%s is over %%s',
                   d.number, b.number, d.state, coalesce(d.difference::text, '(none)'),
                   coalesce(a.number, '(missing)'), coalesce(c.number, '(no bill)'), a.amount)
       END AS difference
FROM settlement_dispute d
JOIN settlement_bill b ON b.id = d.bill_id
LEFT JOIN settlement_adjustment a ON a.id = d.adjustment_id
LEFT JOIN settlement_bill c ON c.id = a.bill_id
WHERE touched(seller, d.seller_id)
