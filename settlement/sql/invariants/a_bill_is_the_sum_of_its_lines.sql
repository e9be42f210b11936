-- Every bill and each of its products is the sum of its lines, each total and each tax rounded once. (R2.4)
WITH of_products AS MATERIALIZED (
    SELECT bill_id, product_id, kind = 'adjustment' AS is_adjusted, count(*) AS lines,
           sum(sales_amount) AS sales_amount, sum(customer_wht) AS customer_wht, sum(settlement) AS settlement
    FROM settlement_billline
    WHERE bill_id >= %(first_bill)s
    GROUP BY bill_id, product_id, kind = 'adjustment'
),
summed AS (
    SELECT bill_id,
           coalesce(sum(lines) FILTER (WHERE NOT is_adjusted), 0) AS line_count,
           coalesce(sum(sales_amount), 0) AS sales_amount,
           coalesce(sum(customer_wht), 0) AS customer_wht,
           coalesce(sum(settlement) FILTER (WHERE NOT is_adjusted), 0) AS settled,
           coalesce(sum(settlement) FILTER (WHERE is_adjusted), 0) AS adjustments
    FROM of_products
    GROUP BY bill_id
),
recomputed AS (
    SELECT b.*, s.line_count AS lines_found,
           round(s.sales_amount, m.digits) AS sales_found,
           round(s.customer_wht, m.digits) AS wht_found,
           round(s.settled, m.digits) AS earned_found,
           round(s.settled * b.withholding_tax_rate, m.digits) AS withholding_tax_found,
           round(s.sales_amount * b.digital_service_tax_rate, m.digits) AS digital_service_tax_found,
           s.adjustments AS adjustments_found
    FROM settlement_bill b
    LEFT JOIN summed s ON s.bill_id = b.id,
    LATERAL (SELECT (%(minor_units)s::jsonb ->> b.currency)::int AS digits) m
    WHERE b.id >= %(first_bill)s
)
SELECT CASE WHEN (
           line_count = lines_found AND sales_amount = sales_found AND customer_wht = wht_found
           AND platform_fee = sales_found - wht_found - earned_found
           AND withholding_tax = withholding_tax_found
           AND digital_service_tax = digital_service_tax_found
           AND adjustments = adjustments_found
           AND settlement_amount = earned_found - withholding_tax_found - digital_service_tax_found
                                   + adjustments_found) IS NOT TRUE
       THEN format('bill %%s: its %%s lines make sales %%s, wht %%s, settled %%s, taxes %%s and %%s, '
                   'adjustments %%s; shown are %%s lines, %%s, %%s, %%s, %%s and %%s, %%s',
                   number, lines_found, sales_found, wht_found, earned_found,
                   withholding_tax_found, digital_service_tax_found, adjustments_found,
                   line_count, sales_amount, customer_wht, sales_amount - customer_wht - platform_fee,
                   withholding_tax, digital_service_tax, adjustments)
       END AS difference
FROM recomputed
UNION ALL
SELECT CASE WHEN (p.line_count, p.sales_amount, p.customer_wht, p.settlement)
                 IS DISTINCT FROM (s.lines, s.sales_amount, s.customer_wht, s.settlement)
       THEN format('bill %%s: product %%s has %%s lines, sales %%s, wht %%s, settled %%s; shown are %%s, %%s, %%s, %%s',
                   b.number, coalesce(p.number, '(none)'), s.lines, s.sales_amount, s.customer_wht, s.settlement,
                   p.line_count, p.sales_amount, p.customer_wht, p.settlement)
       END
FROM (SELECT * FROM settlement_billproduct WHERE bill_id >= %(first_bill)s) p
FULL JOIN (SELECT * FROM of_products WHERE NOT is_adjusted) s ON s.product_id = p.id AND s.bill_id = p.bill_id
JOIN settlement_bill b ON b.id = coalesce(p.bill_id, s.bill_id)
