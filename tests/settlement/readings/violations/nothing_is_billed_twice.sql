-- told: order
DROP INDEX an_order_is_billed_once;
INSERT INTO settlement_billline (bill_id, line_no, seller_id, kind, order_id, product_id, usage_record_id,
    adjustment_id, cycle, catch_up, effective_at, sales_amount, customer_wht, platform_fee_ratio,
    settlement)
SELECT bill_id, 99, seller_id, kind, order_id, product_id, usage_record_id, adjustment_id, cycle, catch_up,
    effective_at, sales_amount, customer_wht, platform_fee_ratio, settlement
FROM settlement_billline WHERE kind = 'order' LIMIT 1;

-- told: usage
DROP INDEX a_usage_record_is_billed_once;
INSERT INTO settlement_billline (bill_id, line_no, seller_id, kind, order_id, product_id, usage_record_id,
    adjustment_id, cycle, catch_up, effective_at, sales_amount, customer_wht, platform_fee_ratio,
    settlement)
SELECT bill_id, 99, seller_id, kind, order_id, product_id, usage_record_id, adjustment_id, cycle, catch_up,
    effective_at, sales_amount, customer_wht, platform_fee_ratio, settlement
FROM settlement_billline WHERE kind = 'usage' LIMIT 1;

-- told: adjustment
SET LOCAL session_replication_role = replica;
INSERT INTO settlement_billline (bill_id, line_no, seller_id, kind, order_id, product_id, usage_record_id,
    adjustment_id, cycle, catch_up, effective_at, sales_amount, customer_wht, platform_fee_ratio,
    settlement)
SELECT bill_id, 99, seller_id, kind, order_id, product_id, usage_record_id, adjustment_id, cycle, catch_up,
    effective_at, sales_amount, customer_wht, platform_fee_ratio, settlement
FROM settlement_billline WHERE kind = 'adjustment' LIMIT 1;
