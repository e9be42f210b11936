-- The sums of a bill's lines, a run of line numbers at a time: what the proof of its total rests on.
--   bill  bigint  the bill
--   size  int     lines in a run
SELECT (l.line_no - 1) / %(size)s AS run, min(l.line_no), max(l.line_no), count(*),
       sum(l.sales_amount),
       sum(l.customer_wht),
       coalesce(sum(l.settlement) FILTER (WHERE l.adjustment_id IS NULL), 0),
       coalesce(sum(l.settlement) FILTER (WHERE l.adjustment_id IS NOT NULL), 0)
FROM settlement_billline l
WHERE l.bill_id = %(bill)s
GROUP BY 1
ORDER BY 1
