-- How an order is delivered, accepted and refunded follows from its product: with the first order, the
-- delivery method and the supervision of a product stay (R4.2, R9.3). No order arrives beside the change.
CREATE FUNCTION a_product_with_orders_keeps_its_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sellers_seller WHERE id = OLD.seller_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM sellers_order WHERE product_id = OLD.id) THEN
        RAISE EXCEPTION 'product % has orders, which follow its delivery method and supervision', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_product_with_orders_keeps_its_kind';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keeps_its_kind BEFORE UPDATE OF delivery_method, supervised ON sellers_product
    FOR EACH ROW WHEN ((OLD.delivery_method, OLD.supervised) IS DISTINCT FROM (NEW.delivery_method, NEW.supervised))
    EXECUTE FUNCTION a_product_with_orders_keeps_its_kind();

-- What is rated is rated at its order's price (R9.5); the price may change for what is used later.
CREATE FUNCTION rated_usage_has_its_orders_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM arrived a JOIN sellers_order o ON o.id = a.order_id
               WHERE a.unit_price IS NOT NULL AND a.unit_price IS DISTINCT FROM o.unit_price) THEN
        RAISE EXCEPTION 'usage is rated at another price than its order''s'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rated_usage_has_its_orders_price';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER its_orders_price AFTER INSERT ON sellers_usagerecord REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION rated_usage_has_its_orders_price();
