-- What has been issued for each seller since a mark: one digest over all of it, the number of bills and the
-- sum of their settlement amounts. The digest holds what people read and what moves money - bills, lines,
-- ledger entries - by names that a repetition gives again; ids, instants and the numbers of adjustments
-- made on the way are not among them. So a close that is rolled back and one that stays say the same.
--   sellers  bigint[]
--   bills, journals  bigint[]  the last id each seller had before; its lock is held since
WITH mark AS MATERIALIZED (
    SELECT * FROM unnest(%(sellers)s::bigint[], %(bills)s::bigint[], %(journals)s::bigint[])
        m (seller_id, last_bill, last_journal)
),
issued AS MATERIALIZED (
    SELECT b.* FROM mark m
    JOIN settlement_bill b ON b.seller_id = m.seller_id AND b.id > m.last_bill
),
said AS (
    SELECT b.seller_id, concat_ws('|', 'bill', b.number, b.cycle, b.currency, b.line_count, b.sales_amount,
               b.customer_wht, b.platform_fee, b.withholding_tax_rate, b.withholding_tax,
               b.digital_service_tax_rate, b.digital_service_tax, b.adjustments, b.settlement_amount,
               b.recovered, b.net_payable) AS fact
    FROM issued b
    UNION ALL
    SELECT b.seller_id, concat_ws('|', 'line', b.number, l.kind, l.order_id, coalesce(l.usage_record_id, 0),
               l.cycle, l.catch_up, l.sales_amount, l.customer_wht, l.platform_fee_ratio, l.settlement,
               l.refunded_before,
               (SELECT concat_ws('|', a.kind, of.number, a.reason)
                FROM settlement_adjustment a
                JOIN settlement_bill of ON of.id = a.bill_id
                WHERE a.id = l.adjustment_id))
    FROM issued b
    JOIN settlement_billline l ON l.bill_id = b.id AND l.partition = b.partition
    UNION ALL
    SELECT j.seller_id, concat_ws('|', 'entry', j.kind, j.subject, e.account, e.currency, e.amount)
    FROM mark m
    JOIN settlement_journal j ON j.seller_id = m.seller_id AND j.id > m.last_journal
    JOIN settlement_ledgerentry e ON e.journal_id = j.id
),
digested AS (
    SELECT seller_id,
           encode(sha256(convert_to(string_agg(fact, E'\n' ORDER BY fact COLLATE "C"), 'UTF8')), 'hex')
               AS content
    FROM said GROUP BY seller_id
),
counted AS (
    SELECT seller_id, count(*) AS bills, sum(settlement_amount) AS amount FROM issued GROUP BY seller_id
)
SELECT m.seller_id, d.content, coalesce(c.bills, 0), coalesce(c.amount, 0)
FROM mark m
LEFT JOIN digested d USING (seller_id)
LEFT JOIN counted c USING (seller_id)
