-- No order, usage record or adjustment is on two lines. (R1.5)
-- One pass: lines are never joined with lines, which is quadratic wherever statistics are missing.
SELECT CASE WHEN of_the_same > 1
       THEN format('%%s %%s is on %%s lines, one of them line %%s of bill %%s',
                   kind, what, of_the_same, line_no, bill_id)
       END AS difference
FROM (
    SELECT kind, what, line_no, bill_id, count(*) OVER (PARTITION BY kind, what) AS of_the_same
    FROM (
        SELECT kind, line_no, bill_id,
               coalesce(adjustment_id, usage_record_id, order_id) AS what
        FROM settlement_billline
    ) lines
) counted
WHERE bill_id >= %(first_bill)s
