-- Whatever took effect is on a bill, or due in a cycle that is still open, or was refunded in full. (R1.5)
-- It is due in its own cycle or, where that was closed already, in the first open one: never later.
WITH facts AS (
    SELECT 'order' AS kind, o.number, o.seller_id, o.cycle, o.due_cycle, o.id AS order_id, NULL::bigint AS usage_id,
           o.due_cycle IS NULL AND (SELECT sum(r.amount) FROM settlement_refund r
                                    WHERE r.order_id = o.id AND r.state = 'refunded') >= o.paid_amount AS never_due
    FROM sellers_order o
    WHERE o.cycle IS NOT NULL AND touched(order, o.id)
    UNION ALL
    SELECT 'usage record', u.metering_sn, u.seller_id, u.cycle, u.due_cycle, NULL, u.id, false
    FROM sellers_usagerecord u
    WHERE u.cycle IS NOT NULL AND touched(usage, u.id)
)
SELECT CASE WHEN (
           f.due_cycle = f.cycle AND (f.due_cycle < s.open_cycle) IS NOT TRUE
           OR f.due_cycle = s.open_cycle AND f.cycle < s.open_cycle
           OR f.never_due
           OR EXISTS (SELECT FROM settlement_billline l WHERE l.order_id = f.order_id AND l.kind = 'order')
           OR EXISTS (SELECT FROM settlement_billline l WHERE l.usage_record_id = f.usage_id)) IS NOT TRUE
       THEN format('%%s %%s of cycle %%s is due in %%s and on no bill; the open cycle of %%s is %%s',
                   f.kind, f.number, f.cycle, coalesce(f.due_cycle, 'none'), s.number,
                   coalesce(s.open_cycle, 'any'))
       END AS difference
FROM facts f
JOIN sellers_seller s ON s.id = f.seller_id
UNION ALL
SELECT CASE WHEN b.line_count <> due.transactions
       THEN format('bill %%s has %%s lines; %%s transactions are due in its cycle', b.number, b.line_count,
                   due.transactions)
       END
FROM settlement_bill b,
LATERAL (SELECT (SELECT count(*) FROM sellers_order o WHERE o.seller_id = b.seller_id AND o.due_cycle = b.cycle)
                + (SELECT count(*) FROM sellers_usagerecord u
                   WHERE u.seller_id = b.seller_id AND u.due_cycle = b.cycle) AS transactions) due
WHERE touched(issued, b.id)
