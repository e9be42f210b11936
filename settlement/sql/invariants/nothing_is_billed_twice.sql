-- No order, usage record or adjustment is on two lines. (R1.5)
-- What is on several is found first, by one pass: lines are never joined with lines as a whole.
WITH repeated AS MATERIALIZED (
    SELECT kind, coalesce(adjustment_id, usage_record_id, order_id) AS what
    FROM settlement_billline GROUP BY 1, 2 HAVING count(*) > 1
)
SELECT CASE WHEN twin.id IS NOT NULL
       THEN format('%%s %%s is on line %%s of bill %%s and on line %%s of bill %%s', l.kind,
                   coalesce(l.adjustment_id, l.usage_record_id, l.order_id),
                   l.line_no, l.bill_id, twin.line_no, twin.bill_id)
       END AS difference
FROM settlement_billline l
LEFT JOIN repeated
       ON repeated.kind = l.kind
      AND repeated.what = coalesce(l.adjustment_id, l.usage_record_id, l.order_id)
LEFT JOIN settlement_billline twin
       ON twin.kind = repeated.kind AND twin.id <> l.id
      AND coalesce(twin.adjustment_id, twin.usage_record_id, twin.order_id) = repeated.what
WHERE l.bill_id >= %(first_bill)s
