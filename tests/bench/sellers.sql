-- 10,000 sellers, each with a product and a pay-per-use order.
INSERT INTO sellers_seller (
    number, company_name, country, settlement_currency, certified_at, withholding_tax_rate,
    digital_service_tax_rate, required_deposit, created_at, modified_at)
SELECT 'S' || n, 'Contoso ' || n, 'SG', 'USD', '2020-01-01', 0.1, 0.02, 0, now(), now()
FROM generate_series(0, 9999) n ORDER BY n;

INSERT INTO sellers_product (
    number, seller_id, name, delivery_method, supervised, platform_fee_ratio, created_at, modified_at)
SELECT 'P' || id, id, 'Firewall', 'saas', false, 0.15, now(), now()
FROM sellers_seller ORDER BY id;

INSERT INTO sellers_feeratio (product_id, version, platform_fee_ratio, valid_from)
SELECT id, 1, 0.15, '2020-01-01' FROM sellers_product ORDER BY id;

INSERT INTO sellers_order (
    number, seller_id, product_id, order_type, billing_mode, customer_name, customer_account, currency,
    paid_amount, sales_amount, customer_wht, platform_fee_ratio, fee_ratio_version, placed_at, paid_at,
    effective_at, supervision_status)
SELECT 'U' || row_number() OVER (ORDER BY p.id) - 1, p.seller_id, p.id, 'purchase', 'pay_per_use',
       'Fabrikam', 'fabrikam', 'USD', 0, 0, 0, 0.15, 1, '2026-01-01', '2026-01-01', '2026-01-01',
       'not_applicable'
FROM sellers_product p ORDER BY p.id
