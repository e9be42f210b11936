-- The same rows by a bare INSERT … SELECT into a table with the lines' columns, checks and indexes, but
-- without a bill to find, an order of lines, a sum, a reference checked, a lock or a journal.
INSERT INTO bare_billline (
    bill_id, line_no, seller_id, kind, order_id, product_id, usage_record_id, cycle, catch_up,
    effective_at, sales_amount, customer_wht, platform_fee_ratio, settlement)
SELECT seller_id, row_number() OVER (), seller_id, 'order', id, product_id, NULL, cycle, false, effective_at,
       sales_amount, customer_wht, platform_fee_ratio,
       round((sales_amount - customer_wht) * (1 - platform_fee_ratio), 12)
FROM sellers_order WHERE due_cycle = %(cycle)s
UNION ALL
SELECT u.seller_id, -u.id + 2000000000, u.seller_id, 'usage', u.order_id, o.product_id, u.id, u.cycle, false,
       u.started_at, u.sales_amount, u.customer_wht, o.platform_fee_ratio,
       round((u.sales_amount - u.customer_wht) * (1 - o.platform_fee_ratio), 12)
FROM sellers_usagerecord u JOIN sellers_order o ON o.id = u.order_id WHERE u.due_cycle = %(cycle)s
