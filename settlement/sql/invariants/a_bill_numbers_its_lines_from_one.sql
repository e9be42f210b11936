-- The lines of a bill are numbered from 1 without a gap. (R3.2)
SELECT CASE WHEN min(line_no) <> 1 OR max(line_no) <> count(*)
       THEN format('bill %%s has %%s lines, numbered from %%s to %%s', bill_id, count(*), min(line_no),
                   max(line_no))
       END AS difference
FROM settlement_billline l
WHERE touched(lines, l)
GROUP BY bill_id
