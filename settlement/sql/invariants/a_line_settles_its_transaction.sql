-- Every line settles its own transaction, at that transaction's ratio, to 12 decimals. (R2.1, R2.6, R4.6)
-- A partly refunded order counts with the share the customer kept: half up, proven without dividing.
SELECT CASE WHEN (
           b.seller_id = l.seller_id
           AND CASE
               WHEN l.kind = 'order' AND l.refunded_before = 0 THEN
                   l.sales_amount = o.sales_amount AND l.customer_wht = o.customer_wht
               WHEN l.kind = 'order' THEN
                   l.sales_amount = round(l.sales_amount, m.digits)
                   AND l.customer_wht = round(l.customer_wht, m.digits)
                   AND k.sales_over >= -o.paid_amount AND k.sales_over < o.paid_amount
                   AND k.wht_over >= -o.paid_amount AND k.wht_over < o.paid_amount
               WHEN l.kind = 'usage' THEN
                   u.seller_id = l.seller_id AND u.order_id = l.order_id
                   AND l.sales_amount = u.sales_amount AND l.customer_wht = u.customer_wht
               ELSE a.seller_id = l.seller_id AND l.settlement = a.amount
                   AND l.sales_amount = 0 AND l.customer_wht = 0
               END
           AND CASE WHEN l.kind = 'adjustment' THEN l.cycle = b.cycle
               ELSE o.seller_id = l.seller_id AND l.cycle = coalesce(u.cycle, o.cycle)
                    AND l.platform_fee_ratio = o.platform_fee_ratio
                    AND p.bill_id = l.bill_id AND p.product_id = o.product_id
                    AND l.settlement = round(
                        (l.sales_amount - l.customer_wht) * (1 - l.platform_fee_ratio), 12)
               END
           AND l.cycle <= b.cycle AND l.catch_up = (l.cycle < b.cycle)) IS NOT TRUE
       THEN format('line %%s of bill %%s: %%s %%s of cycle %%s settles (%%s - %%s) at %%s as %%s',
                   l.line_no, coalesce(b.number, l.bill_id || ' (missing)'), l.kind,
                   coalesce(u.metering_sn, o.number, a.number, '(missing)'), l.cycle,
                   l.sales_amount, l.customer_wht, l.platform_fee_ratio, l.settlement)
       END AS difference
FROM settlement_billline l
LEFT JOIN settlement_bill b ON b.id = l.bill_id
LEFT JOIN sellers_order o ON o.id = l.order_id
LEFT JOIN settlement_billproduct p ON p.id = l.product_id
LEFT JOIN sellers_usagerecord u ON u.id = l.usage_record_id
LEFT JOIN settlement_adjustment a ON a.id = l.adjustment_id,
LATERAL (SELECT (%(minor_units)s::jsonb ->> b.currency)::int AS digits) m,
LATERAL (SELECT
    2 * 10::numeric ^ m.digits * (o.sales_amount * (o.paid_amount - l.refunded_before)
                                  - l.sales_amount * o.paid_amount) AS sales_over,
    2 * 10::numeric ^ m.digits * (o.customer_wht * (o.paid_amount - l.refunded_before)
                                  - l.customer_wht * o.paid_amount) AS wht_over) k
WHERE touched(line, l)
