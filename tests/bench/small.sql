-- A seller with a bill of 10 lines and nothing else.
INSERT INTO sellers_seller (
    number, company_name, country, settlement_currency, certified_at, withholding_tax_rate,
    digital_service_tax_rate, required_deposit, created_at, modified_at)
VALUES ('SMALL', 'Small', 'SG', 'USD', '2020-01-01', 0.1, 0.02, 0, now(), now());

INSERT INTO sellers_product (
    number, seller_id, name, delivery_method, supervised, platform_fee_ratio, created_at, modified_at)
SELECT 'SMALL', id, 'Small', 'saas', false, 0.15, now(), now()
FROM sellers_seller WHERE number = 'SMALL';

INSERT INTO sellers_order (
    number, seller_id, product_id, order_type, billing_mode, customer_name, customer_account, currency,
    paid_amount, sales_amount, customer_wht, platform_fee_ratio, fee_ratio_version, placed_at, paid_at,
    effective_at, supervision_status, cycle, due_cycle)
SELECT 'SMALL-' || n, p.seller_id, p.id, 'purchase', 'one_time', 'Fabrikam', 'fabrikam', 'USD', 100, 100,
       0, 0.15, 1, '2026-01-05', '2026-01-05', '2026-01-05', 'not_applicable', '202601', '202601'
FROM generate_series(1, 10) n, sellers_product p WHERE p.number = 'SMALL'
