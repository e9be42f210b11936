-- All refunds of one order together never exceed what its customer paid. (R4.1)
SELECT CASE WHEN (sum(f.amount) <= o.paid_amount AND bool_and(f.seller_id = o.seller_id)) IS NOT TRUE
       THEN format('order %%s: %%s paid, %%s claimed by refunds', o.number, o.paid_amount, sum(f.amount))
       END AS difference
FROM settlement_refund f
JOIN sellers_order o ON o.id = f.order_id
WHERE f.state NOT IN ('rejected', 'withdrawn') AND touched(seller, f.seller_id)
GROUP BY o.number, o.paid_amount
