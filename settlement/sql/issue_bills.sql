-- Issue the bills whose lines are prepared: totals, recoveries and the bill itself in one statement, each row
-- written once and never updated (R2.3-R2.5, R3.1, R5.3). The caller holds the sellers' locks.
--
--   cycle           text      YYYYMM
--   issuer, issuer_address, issuer_tax_number  text  the platform's contracting entity
--   partition       bigint    which the lines are in, or will be; they are in $$lines
WITH of_products AS MATERIALIZED (
    SELECT bill_id, product_id, count(*) AS lines, sum(sales_amount) AS sales_amount,
           sum(customer_wht) AS customer_wht, sum(settlement) AS settlement
    FROM $lines
    GROUP BY bill_id, product_id
),
sold AS (
    INSERT INTO settlement_billproduct (
        id, bill_id, product_id, number, name, line_count, sales_amount, customer_wht, settlement)
    SELECT p.id, p.bill_id, p.product_id, p.number, p.name, s.lines, s.sales_amount, s.customer_wht, s.settlement
    FROM of_products s
    JOIN closing_products p ON p.id = s.product_id
),
-- An adjustment is of no product.
summed AS (
    SELECT bill_id,
           coalesce(sum(lines) FILTER (WHERE product_id IS NOT NULL), 0) AS line_count,
           sum(sales_amount) AS sales_amount,
           sum(customer_wht) AS customer_wht,
           coalesce(sum(settlement) FILTER (WHERE product_id IS NOT NULL), 0) AS settlement,
           coalesce(sum(settlement) FILTER (WHERE product_id IS NULL), 0) AS adjustments
    FROM of_products
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
    JOIN closing_sellers c USING (bill_id)
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
    issuer_name, issuer_address, issuer_tax_number, partition)
SELECT t.bill_id, 'B' || %(cycle)s || '-' || t.number, t.seller_id, %(cycle)s, t.currency,
       'pending_approval', t.line_count, t.sales_amount, t.customer_wht,
       t.sales_amount - t.customer_wht - t.earned,
       t.withholding_tax_rate, t.withholding_tax, t.digital_service_tax_rate, t.digital_service_tax,
       t.adjustments, t.settlement_amount, coalesce(r.amount, 0),
       greatest(t.settlement_amount, 0) - coalesce(r.amount, 0),
       t.company_name, t.country, t.address, t.tax_number,
       %(issuer)s, %(issuer_address)s, %(issuer_tax_number)s, %(partition)s
FROM totals t
LEFT JOIN recovered r USING (bill_id)
RETURNING id, seller_id, line_count, settlement_amount
