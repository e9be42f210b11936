-- The digest of a run of a bill's lines, from `place` * 100,000 on (R7.3): a list of which usage record, order
-- or adjustment each is of, its sales amount and settlement, and, where something had been refunded before,
-- how much.
--   $$bill   the bill's id;  $$lines  the table that its lines are in
(SELECT encode(sha256(convert_to(
            coalesce('[["' || string_agg(line, '"],["') || '"]]', '[]'), 'UTF8')), 'hex')
 FROM (SELECT concat_ws('","', coalesce(n.usage_record_id, n.order_id, n.adjustment_id),
                        trim_scale(n.sales_amount), trim_scale(n.settlement),
                        trim_scale(nullif(n.refunded_before, 0))) AS line
       FROM $lines n
       WHERE n.bill_id = $bill AND n.line_no > place * 100000 AND n.line_no <= (place + 1) * 100000
       ORDER BY n.line_no) ordered)
