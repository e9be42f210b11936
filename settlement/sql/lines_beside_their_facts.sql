-- The lines of some bills, beside what they repeat: each line and column that differs (R7.3). Which line was
-- altered, where a seal says that one of them was; and what no seal covers, because it follows.
--   bills  text[]  numbers of bills; null for all, of which only what no seal covers is looked at
SELECT concat('settlement_billline ', b.number, '/', l.line_no, ' was altered: ', differs.column)
FROM settlement_billline l
LEFT JOIN settlement_bill b ON b.id = l.bill_id
LEFT JOIN sellers_order o ON o.id = l.order_id
LEFT JOIN sellers_usagerecord u ON u.id = l.usage_record_id
LEFT JOIN settlement_adjustment a ON a.id = l.adjustment_id
LEFT JOIN settlement_billproduct p ON p.id = l.product_id
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
        ('effective_at', l.effective_at <> coalesce(a.created_at, u.started_at, o.effective_at)),
        ('cycle', l.cycle <> CASE WHEN a.id IS NULL THEN coalesce(u.cycle, o.cycle) ELSE b.cycle END),
        ('order_id', u.id IS NOT NULL AND u.order_id <> l.order_id),
        ('product_id', (p.bill_id = b.id AND p.product_id = o.product_id) IS FALSE),
        ('platform_fee_ratio', l.platform_fee_ratio <> coalesce(o.platform_fee_ratio, 0)),
        ('sales_amount', l.refunded_before = 0
                         AND l.sales_amount <> coalesce(u.sales_amount, o.sales_amount, 0)),
        ('customer_wht', l.refunded_before = 0
                         AND l.customer_wht <> coalesce(u.customer_wht, o.customer_wht, 0)),
        ('settlement', l.settlement <> coalesce(
            a.amount, round((l.sales_amount - l.customer_wht) * (1 - l.platform_fee_ratio), 12)))
    ) changed ("column", is_changed)
    WHERE changed.is_changed AND b.number = ANY(%(bills)s::text[])
) differs
ORDER BY 1
