-- What each product settled stands on its bill, exact to 12 decimals. (R2.4)
ALTER TABLE settlement_billproduct DISABLE TRIGGER USER;
UPDATE settlement_billproduct p
SET line_count = l.lines, sales_amount = l.sales_amount, customer_wht = l.customer_wht, settlement = l.settlement
FROM (SELECT product_id, count(*) AS lines, sum(sales_amount) AS sales_amount,
             sum(customer_wht) AS customer_wht, sum(settlement) AS settlement
      FROM settlement_billline WHERE product_id IS NOT NULL GROUP BY product_id) l
WHERE l.product_id = p.id;
ALTER TABLE settlement_billproduct ENABLE TRIGGER USER;

-- The products of a bill are its seller's, and their amounts make the bill. (R2.4, R3.2)
CREATE OR REPLACE FUNCTION a_bill_names_products_of_its_seller() RETURNS trigger LANGUAGE plpgsql
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
    IF EXISTS (SELECT FROM (SELECT bill_id, sum(line_count) AS lines, sum(sales_amount) AS sales_amount,
                                   sum(customer_wht) AS customer_wht, sum(settlement) AS settlement
                            FROM settlement_billproduct WHERE bill_id IN (SELECT bill_id FROM named)
                            GROUP BY bill_id) n
               JOIN settlement_bill b ON b.id = n.bill_id
               WHERE b.line_count <> n.lines OR abs(b.sales_amount - n.sales_amount) > 0.5
                  OR abs(b.customer_wht - n.customer_wht) > 0.5
                  OR abs(b.sales_amount - b.customer_wht - b.platform_fee - n.settlement) > 0.5) THEN
        RAISE EXCEPTION 'a bill is not the sum of its products'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bill_is_the_sum_of_its_products';
    END IF;
    RETURN NULL;
END $$;
