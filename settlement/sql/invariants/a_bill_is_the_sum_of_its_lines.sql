-- Every bill is the sum of its lines, each total and each tax rounded once. (R2.4)
WITH summed AS (
    SELECT bill_id,
           count(*) FILTER (WHERE kind <> 'adjustment') AS line_count,
           coalesce(sum(sales_amount), 0) AS sales_amount,
           coalesce(sum(customer_wht), 0) AS customer_wht,
           coalesce(sum(settlement) FILTER (WHERE kind <> 'adjustment'), 0) AS settled,
           coalesce(sum(settlement) FILTER (WHERE kind = 'adjustment'), 0) AS adjustments
    FROM settlement_billline
    WHERE bill_id >= %(first_bill)s
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
