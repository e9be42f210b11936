-- A market of 10,000 sellers and the transactions of one cycle: half orders, half usage records.
-- One seller in ten transactions' draw has them all: the first holds a tenth of everything.
--   transactions  int   how many;  cycle  text  YYYYMM;  start  timestamptz  of the cycle
INSERT INTO sellers_order (
    number, seller_id, product_id, order_type, billing_mode, customer_name, customer_account, currency,
    paid_amount, sales_amount, customer_wht, platform_fee_ratio, fee_ratio_version, placed_at, paid_at,
    effective_at, supervision_status, cycle, due_cycle)
SELECT 'O' || %(cycle)s || '-' || n, p.seller_id, p.id, 'purchase', 'one_time', 'Fabrikam', 'fabrikam',
       'USD', 100 + n %% 900, 100 + n %% 900, n %% 7, 0.15, 1, %(start)s, %(start)s,
       %(start)s::timestamptz + (n %% 40000) * interval '1 minute', 'not_applicable', %(cycle)s, %(cycle)s
FROM generate_series(1, %(transactions)s / 2) n
JOIN sellers_product p
    ON p.id = (SELECT min(id) FROM sellers_product)
            + CASE WHEN n %% 10 = 0 THEN 0 ELSE (n * 7919::bigint) %% 10000 END;

INSERT INTO sellers_usagerecord (
    metering_sn, seller_id, order_id, started_at, ended_at, quantity, sales_amount, customer_wht,
    cycle, due_cycle)
SELECT %(cycle)s || '-' || n, o.seller_id, o.id,
       %(start)s::timestamptz + (n %% 40000) * interval '1 minute',
       %(start)s::timestamptz + (n %% 40000 + 60) * interval '1 minute',
       1, (n %% 10000) / 113.0 + 0.000000000001, 0, %(cycle)s, %(cycle)s
FROM generate_series(1, %(transactions)s / 2) n
JOIN sellers_order o
    ON o.number = 'U' || CASE WHEN n %% 10 = 0 THEN 0 ELSE (n * 7919::bigint) %% 10000 END
