-- No order, usage record or adjustment is on two lines. (R1.5)
SELECT CASE WHEN twin.id IS NOT NULL
       THEN format('%%s %%s is on line %%s of bill %%s and on line %%s of bill %%s', l.kind,
                   coalesce(l.adjustment_id, l.usage_record_id, l.order_id),
                   l.line_no, l.bill_id, twin.line_no, twin.bill_id)
       END AS difference
FROM settlement_billline l
LEFT JOIN settlement_billline twin
       ON twin.kind = l.kind AND twin.id <> l.id
      AND coalesce(twin.adjustment_id, twin.usage_record_id, twin.order_id)
          = coalesce(l.adjustment_id, l.usage_record_id, l.order_id)
WHERE l.bill_id >= %(first_bill)s
