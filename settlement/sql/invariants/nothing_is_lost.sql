-- Whatever took effect is on a bill, or due in a cycle that is still open, or was refunded in full. (R1.5)
-- It is due in its own cycle or, where that was closed already, in the first open one: never later.
WITH refunded AS (
    SELECT order_id, sum(amount) AS amount
    FROM settlement_refund WHERE state = 'refunded' GROUP BY order_id
),
facts AS (
    SELECT 'order' AS kind, o.number, o.seller_id, o.cycle, o.due_cycle, l.line_no AS line,
           o.due_cycle IS NULL AND r.amount >= o.paid_amount AS never_due
    FROM sellers_order o
    LEFT JOIN settlement_billline l ON l.order_id = o.id AND l.kind = 'order'
    LEFT JOIN refunded r ON r.order_id = o.id
    WHERE o.cycle IS NOT NULL AND (o.due_cycle >= %(since)s) IS NOT FALSE
    UNION ALL
    SELECT 'usage record', u.metering_sn, u.seller_id, u.cycle, u.due_cycle, l.line_no, false
    FROM sellers_usagerecord u
    LEFT JOIN settlement_billline l ON l.usage_record_id = u.id
    WHERE u.cycle IS NOT NULL AND (u.due_cycle >= %(since)s) IS NOT FALSE
)
SELECT CASE WHEN (
           f.line IS NOT NULL OR f.never_due
           OR f.due_cycle = f.cycle AND (f.due_cycle < s.open_cycle) IS NOT TRUE
           OR f.due_cycle = s.open_cycle AND f.cycle < s.open_cycle) IS NOT TRUE
       THEN format('%%s %%s of cycle %%s is due in %%s and on no bill; the open cycle of %%s is %%s',
                   f.kind, f.number, f.cycle, coalesce(f.due_cycle, 'none'), s.number,
                   coalesce(s.open_cycle, 'any'))
       END AS difference
FROM facts f
JOIN sellers_seller s ON s.id = f.seller_id
