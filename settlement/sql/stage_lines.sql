-- Prepare the lines of the bills of one cycle for a batch of sellers, in the tables of staging.sql (R1.3-R1.5,
-- R2.1, R2.2, R4.6). The caller holds the sellers' locks.
--
--   sellers         bigint[]  the batch
--   cycle           text      YYYYMM
--   now             timestamptz: who is certified by then is billed
--   minor_units     jsonb     currency -> decimals of its minor unit
--   as_if_refunded  bigint[]  refunds to regard as paid out already: a simulation's; else empty
--   partition       bigint    which the lines are in; $$lines is closing_lines, or the partition itself
WITH closing AS (
    INSERT INTO closing_sellers (
        seller_id, number, currency, withholding_tax_rate, digital_service_tax_rate,
        company_name, country, address, tax_number, digits, bill_id)
    SELECT s.id, s.number, s.settlement_currency,
           s.withholding_tax_rate, s.digital_service_tax_rate,
           s.company_name, s.country, coalesce(ce.address, ''),
           coalesce(ce.vat_number, ''),
           (%(minor_units)s::jsonb ->> s.settlement_currency)::int,
           nextval(pg_get_serial_sequence('settlement_bill', 'id'))
    FROM sellers_seller s
    LEFT JOIN LATERAL (SELECT address, vat_number FROM sellers_certification
                       WHERE seller_id = s.id AND state = 'certified' ORDER BY id DESC LIMIT 1) ce ON true
    WHERE s.id = ANY(%(sellers)s::bigint[]) AND s.certified_at <= %(now)s
    RETURNING *
),
-- Products in the words of today, which stay the bill's (R3.2).
named AS (
    INSERT INTO closing_products (id, bill_id, product_id, number, name)
    SELECT nextval(pg_get_serial_sequence('settlement_billproduct', 'id')), c.bill_id,
           p.id, p.number, p.name
    FROM closing c
    JOIN sellers_product p ON p.seller_id = c.seller_id
    RETURNING *
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
                        AND o.due_cycle = %(cycle)s
    JOIN named p ON p.product_id = o.product_id
    LEFT JOIN returned r ON r.order_id = o.id
    WHERE (r.pending OR r.refunded >= o.paid_amount) IS NOT TRUE
    UNION ALL
    SELECT c.bill_id, c.seller_id, 'usage', u.order_id, p.id, u.id, NULL,
           u.cycle, u.started_at, u.sales_amount, u.customer_wht, o.platform_fee_ratio, 0, NULL
    FROM closing c
    JOIN sellers_usagerecord u ON u.seller_id = c.seller_id
                              AND u.due_cycle = %(cycle)s
    JOIN sellers_order o ON o.id = u.order_id
    JOIN named p ON p.product_id = o.product_id
    UNION ALL
    SELECT c.bill_id, c.seller_id, 'adjustment', NULL, NULL, NULL, a.id,
           %(cycle)s, a.created_at, 0, 0, 0, 0, a.amount
    FROM closing c
    JOIN settlement_adjustment a ON a.seller_id = c.seller_id
    WHERE NOT EXISTS (SELECT FROM settlement_billedadjustment d WHERE d.adjustment_id = a.id)
)
INSERT INTO $lines (
    bill_id, line_no, seller_id, kind, order_id, product_id, usage_record_id, adjustment_id,
    cycle, catch_up, effective_at, sales_amount, customer_wht, platform_fee_ratio,
    settlement, refunded_before, partition)
SELECT bill_id,
       row_number() OVER (PARTITION BY bill_id
                          ORDER BY effective_at, order_id, usage_record_id, adjustment_id),
       seller_id, kind, order_id, product_id, usage_record_id, adjustment_id,
       cycle, cycle < %(cycle)s, effective_at, sales_amount, customer_wht, platform_fee_ratio,
       coalesce(adjusted, round((sales_amount - customer_wht) * (1 - platform_fee_ratio), 12)),
       refunded_before, %(partition)s
FROM due
