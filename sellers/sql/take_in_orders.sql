-- Take in the staged orders: seller, fee ratio and cycles come from where they stand now (R1.4, R1.5, R2.6).
-- The caller holds the sellers' fence. A number that exists already is left as it is; rows are inserted in
-- the order of their numbers, so that two batches with the same numbers cannot wait for each other.
--
--   zone  text: the settlement time zone
WITH sent AS (
    SELECT DISTINCT ON (number) * FROM staged_orders ORDER BY number, place
),
taken AS (
INSERT INTO sellers_order (
    number, seller_id, product_id, order_type, billing_mode, customer_name, customer_account, customer_email,
    currency,
    paid_amount, sales_amount, customer_wht, unit_price, platform_fee_ratio, fee_ratio_version,
    fee_ratio_valid_from,
    placed_at, paid_at, effective_at, term_ends_at, supervision_status, supervision_completed_at,
    cancelled_at, ended_at, cycle, due_cycle
)
SELECT s.number, p.seller_id, p.id, s.order_type, s.billing_mode, s.customer_name, s.customer_account,
       s.customer_email, s.currency, s.paid_amount, s.sales_amount, s.customer_wht, s.unit_price,
       f.platform_fee_ratio, f.version, f.valid_from,
       s.placed_at, s.paid_at, s.effective_at, s.term_ends_at,
       s.supervision_status, s.supervision_completed_at, s.cancelled_at, s.ended_at,
       c.cycle, due_in_cycle(c.cycle, l.open_cycle)
FROM sent s
JOIN sellers_product p ON p.number = s.product
JOIN sellers_seller l ON l.id = p.seller_id
LEFT JOIN LATERAL fee_ratio_at(p.id, s.placed_at) f ON true
-- Trials (R1.3) and pay-per-use orders (R4.8) are never billed themselves.
CROSS JOIN LATERAL (
    SELECT CASE WHEN s.order_type <> 'trial' AND s.billing_mode <> 'pay_per_use' THEN
        transaction_cycle(s.effective_at, s.paid_at,
                          s.supervision_status, s.supervision_completed_at, %(zone)s)
    END AS cycle
) c
ORDER BY s.number
ON CONFLICT (number) DO NOTHING
RETURNING number
)
SELECT place FROM sent JOIN taken USING (number) ORDER BY number
