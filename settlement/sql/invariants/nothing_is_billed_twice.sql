-- No order, usage record or adjustment is on two lines. (R1.5)
-- A line's transaction is due in the cycle of its bill, of which a seller has one: so two lines of one transaction
-- are of one bill. One pass: lines are never joined with lines, which is quadratic wherever statistics are missing.
SELECT CASE WHEN of_the_same > 1
       THEN format('%%s %%s is on %%s lines, one of them line %%s of bill %%s',
                   kind, what, of_the_same, line_no, bill_id)
       WHEN due IS DISTINCT FROM cycle
       THEN format('%%s %%s on line %%s of bill %%s of cycle %%s is due in %%s', kind, what, line_no, bill_id, cycle,
                   coalesce(due, 'none'))
       END AS difference
FROM (
    SELECT l.kind, l.line_no, l.bill_id, b.cycle,
           coalesce(l.adjustment_id, l.usage_record_id, l.order_id) AS what,
           CASE l.kind WHEN 'order' THEN o.due_cycle WHEN 'usage' THEN u.due_cycle ELSE b.cycle END AS due,
           count(*) OVER (PARTITION BY l.kind, coalesce(l.adjustment_id, l.usage_record_id, l.order_id)) AS of_the_same
    FROM settlement_billline l
    LEFT JOIN settlement_bill b ON b.id = l.bill_id
    LEFT JOIN sellers_order o ON o.id = l.order_id
    LEFT JOIN sellers_usagerecord u ON u.id = l.usage_record_id
    WHERE touched(lines, l)
) counted
