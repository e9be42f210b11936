-- What must never be false about the calls to sellers' servers (R9.4), held by PostgreSQL itself.

-- Everything about one delivery belongs to one seller.
ALTER TABLE sellers_deliveryinterface ADD CONSTRAINT an_interface_is_of_its_products_seller
    FOREIGN KEY (product_id, seller_id) REFERENCES sellers_product (id, seller_id);
ALTER TABLE sellers_deliveryinterface ADD CONSTRAINT an_interface_has_one_seller UNIQUE (id, seller_id);
ALTER TABLE sellers_instance ADD CONSTRAINT an_instance_is_of_its_products_seller
    FOREIGN KEY (product_id, seller_id) REFERENCES sellers_product (id, seller_id);
ALTER TABLE sellers_instance ADD CONSTRAINT an_instance_is_of_its_orders_seller
    FOREIGN KEY (order_id, seller_id) REFERENCES sellers_order (id, seller_id);
ALTER TABLE sellers_instance ADD CONSTRAINT an_instance_has_one_seller UNIQUE (id, seller_id);
ALTER TABLE sellers_deliverymessage ADD CONSTRAINT a_message_is_of_its_orders_seller
    FOREIGN KEY (order_id, seller_id) REFERENCES sellers_order (id, seller_id);
ALTER TABLE sellers_deliverymessage ADD CONSTRAINT a_message_is_of_its_instances_seller
    FOREIGN KEY (instance_id, seller_id) REFERENCES sellers_instance (id, seller_id);
ALTER TABLE sellers_deliverymessage ADD CONSTRAINT a_message_is_of_its_interfaces_seller
    FOREIGN KEY (interface_id, seller_id) REFERENCES sellers_deliveryinterface (id, seller_id);

-- What a message says stays as it was; once it has succeeded nothing of it changes.
CREATE FUNCTION messages_keep_what_they_say() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'succeeded' AND OLD IS DISTINCT FROM NEW
        OR (OLD.number, OLD.key, OLD.seller_id, OLD.interface_id, OLD.order_id, OLD.instance_id,
            OLD.activity, OLD.details, OLD.is_test, OLD.queued_at)
        IS DISTINCT FROM (NEW.number, NEW.key, NEW.seller_id, NEW.interface_id, NEW.order_id,
            NEW.instance_id, NEW.activity, NEW.details, NEW.is_test, NEW.queued_at) THEN
        RAISE EXCEPTION 'message % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_message_keeps_what_it_says';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_what_they_say BEFORE UPDATE OR DELETE ON sellers_deliverymessage
    FOR EACH ROW EXECUTE FUNCTION messages_keep_what_they_say();

-- An attempt is answered once, and what was sent stays as it was sent.
CREATE FUNCTION attempts_are_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL
        OR (OLD.message_id, OLD.attempt_no, OLD.activity, OLD.url, OLD.key_version,
            OLD.business_id, OLD.request, OLD.sent_at)
        IS DISTINCT FROM (NEW.message_id, NEW.attempt_no, NEW.activity, NEW.url, NEW.key_version,
            NEW.business_id, NEW.request, NEW.sent_at) THEN
        RAISE EXCEPTION 'attempt % of message % is answered', OLD.attempt_no, OLD.message_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_attempt_is_answered_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER are_answered_once BEFORE UPDATE OR DELETE ON sellers_deliveryattempt
    FOR EACH ROW EXECUTE FUNCTION attempts_are_answered_once();

-- An instance is enabled once, under one name, and is never forgotten.
CREATE FUNCTION instances_are_enabled_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.seller_id, OLD.product_id) IS DISTINCT FROM (NEW.seller_id, NEW.product_id)
        OR OLD.enabled_at IS NOT NULL
        AND (OLD.enabled_at, OLD.instance_id) IS DISTINCT FROM (NEW.enabled_at, NEW.instance_id) THEN
        RAISE EXCEPTION 'instance % is enabled already', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_instance_is_enabled_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER are_enabled_once BEFORE UPDATE OR DELETE ON sellers_instance
    FOR EACH ROW EXECUTE FUNCTION instances_are_enabled_once();
