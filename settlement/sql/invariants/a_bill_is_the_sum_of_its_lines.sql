-- Every bill and each of its products is the sum of its lines, each total and each tax rounded once. (R2.4)
WITH of_products AS MATERIALIZED (
    SELECT bill_id, product_id, kind = 'adjustment' AS is_adjusted, count(*) AS lines,
           sum(sales_amount) AS sales_amount, sum(customer_wht) AS customer_wht, sum(settlement) AS settlement
    FROM settlement_billline l
    WHERE touched(lines, l)
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
    WHERE touched(issued, b.id)
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
FROM (SELECT * FROM settlement_billproduct WHERE touched(issued, bill_id)) p
FULL JOIN (SELECT * FROM of_products WHERE NOT is_adjusted) s ON s.product_id = p.id AND s.bill_id = p.bill_id
JOIN settlement_bill b ON b.id = coalesce(p.bill_id, s.bill_id)
UNION ALL
-- What changes on a bill later is held against its products alone: they and the lines never change.
SELECT CASE WHEN (b.sales_amount, b.customer_wht, b.sales_amount - b.customer_wht - b.platform_fee)
                 IS DISTINCT FROM (round(coalesce(p.sales_amount, 0), m.digits), round(coalesce(p.customer_wht, 0), m.digits),
                                   round(coalesce(p.settlement, 0), m.digits))
              OR b.line_count <> coalesce(p.line_count, 0)
              OR b.settlement_amount <> b.sales_amount - b.customer_wht - b.platform_fee
                 - round(coalesce(p.settlement, 0) * b.withholding_tax_rate, m.digits)
                 - round(coalesce(p.sales_amount, 0) * b.digital_service_tax_rate, m.digits)
                 + coalesce(d.adjustments, 0)
       THEN format('bill %%s: its products have %%s lines, sales %%s, wht %%s, settled %%s, adjustments %%s; shown are '
                   '%%s, %%s, %%s, %%s, %%s', b.number, coalesce(p.line_count, 0), p.sales_amount, p.customer_wht,
                   p.settlement, d.adjustments, b.line_count, b.sales_amount, b.customer_wht,
                   b.sales_amount - b.customer_wht - b.platform_fee, b.adjustments)
       END
FROM settlement_bill b
LEFT JOIN (SELECT n.bill_id, sum(n.line_count) AS line_count, sum(n.sales_amount) AS sales_amount,
                  sum(n.customer_wht) AS customer_wht, sum(n.settlement) AS settlement
           FROM settlement_billproduct n
           WHERE touched(bill, n.bill_id)
           GROUP BY n.bill_id) p ON p.bill_id = b.id
LEFT JOIN (SELECT i.bill_id, sum(a.amount) AS adjustments
           FROM settlement_billedadjustment i JOIN settlement_adjustment a ON a.id = i.adjustment_id
           WHERE touched(bill, i.bill_id)
           GROUP BY i.bill_id) d ON d.bill_id = b.id,
LATERAL (SELECT (%(minor_units)s::jsonb ->> b.currency)::int AS digits) m
WHERE touched(bill, b.id)
