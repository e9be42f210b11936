-- The lines of all bills, beside their transactions (R7.3): each line and column that differs. So it is named
-- which line was altered, and what the seal of its bill does not repeat.
--   minor_units  jsonb  currency -> decimals of its minor unit
SELECT concat('settlement_billline ', b.number, '/', l.line_no, ' was altered: ', differs.column)
FROM (SELECT *, row_number() OVER (PARTITION BY bill_id ORDER BY line_no) AS place FROM settlement_billline) l
LEFT JOIN settlement_bill b ON b.id = l.bill_id
LEFT JOIN sellers_order o ON o.id = l.order_id
LEFT JOIN sellers_usagerecord u ON u.id = l.usage_record_id
LEFT JOIN settlement_adjustment a ON a.id = l.adjustment_id
LEFT JOIN settlement_billproduct p ON p.id = l.product_id
CROSS JOIN LATERAL (
    SELECT digits, 10::numeric ^ digits AS unit
    FROM (SELECT (%(minor_units)s::jsonb ->> b.currency)::int AS digits) d) c
CROSS JOIN LATERAL (
    SELECT 'seller_id' AS column WHERE l.seller_id IS DISTINCT FROM b.seller_id
    UNION ALL
    SELECT 'kind' WHERE l.kind <> CASE WHEN l.adjustment_id IS NOT NULL THEN 'adjustment'
                                       WHEN l.usage_record_id IS NOT NULL THEN 'usage' ELSE 'order' END
    UNION ALL
    SELECT 'catch_up' WHERE l.catch_up <> (l.cycle < b.cycle)
    UNION ALL
    SELECT changed.column
    FROM (VALUES
        ('line_no', l.line_no <> l.place),
        ('effective_at', l.effective_at <> coalesce(a.created_at, u.started_at, o.effective_at)),
        ('cycle', l.cycle <> CASE WHEN a.id IS NULL THEN coalesce(u.cycle, o.cycle) ELSE b.cycle END),
        ('order_id', u.id IS NOT NULL AND u.order_id <> l.order_id),
        ('product_id', a.id IS NULL AND (p.bill_id = b.id AND p.product_id = o.product_id) IS NOT TRUE),
        ('platform_fee_ratio', l.platform_fee_ratio <> coalesce(o.platform_fee_ratio, 0)),
        ('sales_amount', l.sales_amount <> CASE WHEN l.refunded_before = 0 THEN coalesce(u.sales_amount, o.sales_amount, 0)
            ELSE round(div(2 * o.sales_amount * (o.paid_amount - l.refunded_before) * c.unit + o.paid_amount,
                           2 * o.paid_amount) / c.unit, c.digits) END),
        ('customer_wht', l.customer_wht <> CASE WHEN l.refunded_before = 0 THEN coalesce(u.customer_wht, o.customer_wht, 0)
            ELSE round(div(2 * o.customer_wht * (o.paid_amount - l.refunded_before) * c.unit + o.paid_amount,
                           2 * o.paid_amount) / c.unit, c.digits) END),
        ('settlement', l.settlement <> coalesce(
            a.amount, round((l.sales_amount - l.customer_wht) * (1 - l.platform_fee_ratio), 12)))
    ) changed ("column", is_changed)
    WHERE changed.is_changed
) differs
ORDER BY 1
