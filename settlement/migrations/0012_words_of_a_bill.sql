-- The words of a bill (R3.2): fixed with it. ---------------------------------------------------------
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_billproduct
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_billproduct
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();

CREATE FUNCTION a_bill_names_products_of_its_seller() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF EXISTS (SELECT FROM named n
               LEFT JOIN settlement_bill b ON b.id = n.bill_id
               LEFT JOIN sellers_product p ON p.id = n.product_id
               WHERE (p.number = n.number AND p.seller_id = b.seller_id) IS NOT TRUE) THEN
        RAISE EXCEPTION 'a bill names another product or another seller''s'
            USING ERRCODE = 'foreign_key_violation',
                  CONSTRAINT = 'a_bill_names_products_of_its_seller';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER of_its_seller AFTER INSERT ON settlement_billproduct
    REFERENCING NEW TABLE AS named
    FOR EACH STATEMENT EXECUTE FUNCTION a_bill_names_products_of_its_seller();

-- Lines name a product of their own bill: that of their order. Otherwise as in 0002_guards.sql. -------
CREATE OR REPLACE FUNCTION lines_are_their_transactions() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_memoize = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.bill_id, n.line_no INTO wrong
        FROM inserted n
        LEFT JOIN sellers_order o ON o.id = n.order_id
        LEFT JOIN settlement_billproduct p ON p.id = n.product_id
        WHERE n.kind = 'order'
          AND (o.seller_id = n.seller_id AND n.cycle = o.cycle
               AND p.bill_id = n.bill_id AND p.product_id = o.product_id
               AND n.platform_fee_ratio = o.platform_fee_ratio
               AND (n.sales_amount = o.sales_amount AND n.customer_wht = o.customer_wht
                    AND n.refunded_before = 0
                    OR n.refunded_before > 0 AND n.refunded_before <= o.paid_amount
                    AND n.sales_amount <= o.sales_amount AND n.customer_wht <= o.customer_wht)
              ) IS NOT TRUE
        LIMIT 1;
    IF NOT FOUND THEN
        SELECT n.bill_id, n.line_no INTO wrong
            FROM inserted n
            LEFT JOIN sellers_usagerecord u ON u.id = n.usage_record_id
            WHERE n.kind = 'usage'
              AND (u.seller_id = n.seller_id AND u.order_id = n.order_id AND n.cycle = u.cycle
                   AND n.sales_amount = u.sales_amount AND n.customer_wht = u.customer_wht
                  ) IS NOT TRUE
            LIMIT 1;
    END IF;
    IF NOT FOUND THEN
        SELECT n.bill_id, n.line_no INTO wrong
            FROM (SELECT bill_id, order_id, product_id, platform_fee_ratio, min(line_no) AS line_no
                  FROM inserted WHERE kind = 'usage'
                  GROUP BY bill_id, order_id, product_id, platform_fee_ratio) n
            LEFT JOIN sellers_order o ON o.id = n.order_id
            LEFT JOIN settlement_billproduct p ON p.id = n.product_id
            WHERE (n.platform_fee_ratio = o.platform_fee_ratio
                   AND p.bill_id = n.bill_id AND p.product_id = o.product_id) IS NOT TRUE
            LIMIT 1;
    END IF;
    IF NOT FOUND THEN
        SELECT n.bill_id, n.line_no INTO wrong
            FROM inserted n
            LEFT JOIN settlement_adjustment a ON a.id = n.adjustment_id
            WHERE n.kind = 'adjustment'
              AND (a.seller_id = n.seller_id AND n.settlement = a.amount
                   AND n.sales_amount = 0 AND n.customer_wht = 0) IS NOT TRUE
            LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'line % of bill % is not its transaction', wrong.line_no, wrong.bill_id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'lines_are_their_transactions';
    END IF;
    WITH alike AS MATERIALIZED (
        SELECT bill_id, seller_id, cycle, catch_up, min(line_no) AS first_line,
               count(*) FILTER (WHERE kind <> 'adjustment') AS line_count,
               sum(sales_amount) AS sales_amount, sum(customer_wht) AS customer_wht,
               coalesce(sum(settlement) FILTER (WHERE kind <> 'adjustment'), 0) AS settlement,
               coalesce(sum(settlement) FILTER (WHERE kind = 'adjustment'), 0) AS adjustments
        FROM inserted GROUP BY bill_id, seller_id, cycle, catch_up
    ),
    summed AS (
        SELECT bill_id, min(first_line) AS first_line, sum(line_count) AS line_count,
               sum(sales_amount) AS sales_amount, sum(customer_wht) AS customer_wht,
               sum(settlement) AS settlement, sum(adjustments) AS adjustments
        FROM alike GROUP BY bill_id
    )
    SELECT n.bill_id INTO wrong
        FROM summed n
        LEFT JOIN settlement_bill b ON b.id = n.bill_id
        WHERE (b.line_count = n.line_count
               AND n.first_line = 1  -- the key is unique, so no line can be added later
               AND abs(b.sales_amount - n.sales_amount) <= 0.5
               AND abs(b.customer_wht - n.customer_wht) <= 0.5
               AND b.adjustments = n.adjustments
               AND abs(b.settlement_amount + b.withholding_tax + b.digital_service_tax
                       - b.adjustments - n.settlement) <= 0.5
               AND NOT EXISTS (SELECT FROM alike a WHERE a.bill_id = n.bill_id
                               AND (a.seller_id <> b.seller_id OR a.cycle > b.cycle
                                    OR a.catch_up <> (a.cycle < b.cycle)))
              ) IS NOT TRUE
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'bill % is not the sum of its lines', wrong.bill_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bill_is_the_sum_of_its_lines';
    END IF;
    RETURN NULL;
END $$;
