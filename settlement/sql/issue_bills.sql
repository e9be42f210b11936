-- Issue the bills of one cycle for a batch of sellers: lines, totals, recoveries and the bill itself in
-- one statement, each row written once and never updated (R1.3-R1.5, R2, R3.1, R4.6, R5.3).
-- The caller holds the sellers' locks; the triggers of 0001_schema.guards.sql check the result at its end.
--
--   sellers         bigint[]  the batch
--   cycle           text      YYYYMM
--   now             timestamptz: who is certified by then is billed
--   minor_units     jsonb     currency -> decimals of its minor unit
--   issuer, issuer_address, issuer_tax_number  text  the platform's contracting entity
--   as_if_refunded  bigint[]  refunds to regard as paid out already: a simulation's; else empty
WITH closing AS MATERIALIZED (
    SELECT s.id AS seller_id, s.number, s.settlement_currency AS currency,
           coalesce(s.open_cycle, '000000') AS open_cycle,
           s.withholding_tax_rate, s.digital_service_tax_rate,
           s.company_name, s.country, coalesce(ce.address, '') AS address,
           coalesce(ce.vat_number, '') AS tax_number,
           (%(minor_units)s::jsonb ->> s.settlement_currency)::int AS digits,
           nextval(pg_get_serial_sequence('settlement_bill', 'id')) AS bill_id
    FROM sellers_seller s
    LEFT JOIN LATERAL (SELECT address, vat_number FROM sellers_certification
                       WHERE seller_id = s.id AND state = 'certified' ORDER BY id DESC LIMIT 1) ce ON true
    WHERE s.id = ANY(%(sellers)s::bigint[]) AND s.certified_at <= %(now)s
),
-- Products in the words of today, which stay the bill's (R3.2).
named AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('settlement_billproduct', 'id')) AS id,
           c.bill_id, p.id AS product_id, p.number, p.name
    FROM closing c
    JOIN sellers_product p ON p.seller_id = c.seller_id
),
-- What customers got back, or are about to, of orders that may be due (R4.6).
returned AS MATERIALIZED (
    SELECT r.order_id,
           bool_or(r.state = 'approved' AND r.id <> ALL(%(as_if_refunded)s::bigint[])) AS pending,
           sum(r.amount) AS refunded
    FROM settlement_refund r
    WHERE r.seller_id = ANY(%(sellers)s::bigint[])
      AND (r.state IN ('approved', 'refunded') OR r.id = ANY(%(as_if_refunded)s::bigint[]))
    GROUP BY r.order_id
),
due AS (
    SELECT c.bill_id, c.seller_id, 'order' AS kind, o.id AS order_id,
           p.id AS product_id, NULL::bigint AS usage_record_id, NULL::bigint AS adjustment_id,
           o.cycle, o.effective_at,
           -- The retained share, half up to the minor unit by exact integer division.
           CASE WHEN r.order_id IS NULL THEN o.sales_amount
                ELSE round(div(2 * o.sales_amount * (o.paid_amount - r.refunded) * 10::numeric ^ c.digits
                               + o.paid_amount, 2 * o.paid_amount) / 10::numeric ^ c.digits, c.digits)
           END AS sales_amount,
           CASE WHEN r.order_id IS NULL THEN o.customer_wht
                ELSE round(div(2 * o.customer_wht * (o.paid_amount - r.refunded) * 10::numeric ^ c.digits
                               + o.paid_amount, 2 * o.paid_amount) / 10::numeric ^ c.digits, c.digits)
           END AS customer_wht,
           o.platform_fee_ratio, coalesce(r.refunded, 0) AS refunded_before,
           NULL::numeric AS adjusted
    FROM closing c
    JOIN sellers_order o ON o.seller_id = c.seller_id
                        AND o.due_cycle BETWEEN c.open_cycle AND %(cycle)s
    JOIN named p ON p.product_id = o.product_id
    LEFT JOIN returned r ON r.order_id = o.id
    WHERE (r.pending OR r.refunded >= o.paid_amount) IS NOT TRUE
    UNION ALL
    SELECT c.bill_id, c.seller_id, 'usage', u.order_id, p.id, u.id, NULL,
           u.cycle, u.started_at, u.sales_amount, u.customer_wht, o.platform_fee_ratio, 0, NULL
    FROM closing c
    JOIN sellers_usagerecord u ON u.seller_id = c.seller_id
                              AND u.due_cycle BETWEEN c.open_cycle AND %(cycle)s
    JOIN sellers_order o ON o.id = u.order_id
    JOIN named p ON p.product_id = o.product_id
    UNION ALL
    SELECT c.bill_id, c.seller_id, 'adjustment', NULL, NULL, NULL, a.id,
           %(cycle)s, a.created_at, 0, 0, 0, 0, a.amount
    FROM closing c
    JOIN settlement_adjustment a ON a.seller_id = c.seller_id
    WHERE NOT EXISTS (SELECT FROM settlement_billline l WHERE l.adjustment_id = a.id)
),
lines AS (
    INSERT INTO settlement_billline (
        bill_id, line_no, seller_id, kind, order_id, product_id, usage_record_id, adjustment_id,
        cycle, catch_up, effective_at, sales_amount, customer_wht, platform_fee_ratio,
        settlement, refunded_before)
    SELECT bill_id,
           row_number() OVER (PARTITION BY bill_id
                              ORDER BY effective_at, order_id, usage_record_id, adjustment_id),
           seller_id, kind, order_id, product_id, usage_record_id, adjustment_id,
           cycle, cycle < %(cycle)s, effective_at, sales_amount, customer_wht, platform_fee_ratio,
           coalesce(adjusted, round((sales_amount - customer_wht) * (1 - platform_fee_ratio), 12)),
           refunded_before
    FROM due
    RETURNING bill_id, kind, product_id, adjustment_id, sales_amount, customer_wht, settlement
),
sold AS (
    INSERT INTO settlement_billproduct (id, bill_id, product_id, number, name)
    SELECT id, bill_id, product_id, number, name FROM named
    WHERE id IN (SELECT product_id FROM lines)
),
summed AS (
    SELECT bill_id,
           count(*) FILTER (WHERE adjustment_id IS NULL) AS line_count,
           sum(sales_amount) AS sales_amount,
           sum(customer_wht) AS customer_wht,
           coalesce(sum(settlement) FILTER (WHERE adjustment_id IS NULL), 0) AS settlement,
           coalesce(sum(settlement) FILTER (WHERE adjustment_id IS NOT NULL), 0) AS adjustments
    FROM lines
    GROUP BY bill_id
),
-- Only here is anything rounded (R2.4); the taxes are taken from the unrounded sums.
rounded AS (
    SELECT c.*, s.line_count, s.adjustments,
           round(s.sales_amount, c.digits) AS sales_amount,
           round(s.customer_wht, c.digits) AS customer_wht,
           round(s.settlement, c.digits) AS earned,
           round(s.settlement * c.withholding_tax_rate, c.digits) AS withholding_tax,
           round(s.sales_amount * c.digital_service_tax_rate, c.digits) AS digital_service_tax
    FROM summed s
    JOIN closing c USING (bill_id)
),
totals AS MATERIALIZED (
    SELECT *, earned - withholding_tax - digital_service_tax + adjustments AS settlement_amount
    FROM rounded
),
-- Open recoveries lie end to end, oldest first; the bill covers [0, settlement amount) of them (R5.3).
queued AS MATERIALIZED (
    SELECT r.id, r.seller_id, t.bill_id, r.outstanding, greatest(t.settlement_amount, 0) AS available,
           sum(r.outstanding) OVER (PARTITION BY r.seller_id ORDER BY r.refunded_at, r.number) AS reach
    FROM totals t
    JOIN settlement_recovery r ON r.seller_id = t.seller_id
    WHERE r.state = 'open' AND %(cycle)s BETWEEN r.window_start AND r.window_end
),
taken AS (
    INSERT INTO settlement_allocation (recovery_id, seller_id, source, bill_id, amount)
    SELECT id, seller_id, 'bill', bill_id, least(reach, available) - (reach - outstanding)
    FROM queued
    WHERE least(reach, available) > reach - outstanding
    ORDER BY seller_id, reach
    RETURNING bill_id, amount
),
recovered AS (
    SELECT bill_id, sum(amount) AS amount FROM taken GROUP BY bill_id
)
INSERT INTO settlement_bill (
    id, number, seller_id, cycle, currency, state, line_count, sales_amount, customer_wht, platform_fee,
    withholding_tax_rate, withholding_tax, digital_service_tax_rate, digital_service_tax,
    adjustments, settlement_amount, recovered, net_payable,
    seller_name, seller_country, seller_address, seller_tax_number,
    issuer_name, issuer_address, issuer_tax_number)
SELECT t.bill_id, 'B' || %(cycle)s || '-' || t.number, t.seller_id, %(cycle)s, t.currency,
       'pending_approval', t.line_count, t.sales_amount, t.customer_wht,
       t.sales_amount - t.customer_wht - t.earned,
       t.withholding_tax_rate, t.withholding_tax, t.digital_service_tax_rate, t.digital_service_tax,
       t.adjustments, t.settlement_amount, coalesce(r.amount, 0),
       greatest(t.settlement_amount, 0) - coalesce(r.amount, 0),
       t.company_name, t.country, t.address, t.tax_number,
       %(issuer)s, %(issuer_address)s, %(issuer_tax_number)s
FROM totals t
LEFT JOIN recovered r USING (bill_id)
RETURNING id, seller_id, line_count, settlement_amount
