-- A product's order and an order's usage belong to the same seller as their parent.
ALTER TABLE sellers_order
    ADD CONSTRAINT an_order_is_of_its_products_seller
    FOREIGN KEY (product_id, seller_id) REFERENCES sellers_product (id, seller_id);
ALTER TABLE sellers_usagerecord
    ADD CONSTRAINT usage_is_of_its_orders_seller
    FOREIGN KEY (order_id, seller_id) REFERENCES sellers_order (id, seller_id);

-- The fence (R1.5): what arrives lands in a cycle that is still open for its seller. The share lock
-- waits for a close in flight and is waited for by the next one, so every fact is wholly before or
-- wholly after a close. Statement level: one check per INSERT or UPDATE, however many rows.
CREATE FUNCTION facts_land_in_an_open_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late record;
BEGIN
    PERFORM FROM sellers_seller
        WHERE id IN (SELECT seller_id FROM arrived)
        ORDER BY id FOR SHARE;
    SELECT s.number, a.due_cycle, s.open_cycle INTO late
        FROM arrived a JOIN sellers_seller s ON s.id = a.seller_id
        WHERE a.due_cycle < s.open_cycle LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'seller % has closed cycle %; the open cycle is %',
            late.number, late.due_cycle, late.open_cycle
            USING ERRCODE = 'check_violation', CONSTRAINT = 'facts_land_in_an_open_cycle';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION changes_land_in_an_open_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late record;
BEGIN
    PERFORM FROM sellers_seller
        WHERE id IN (SELECT seller_id FROM arrived)
        ORDER BY id FOR SHARE;
    SELECT s.number, a.due_cycle, s.open_cycle INTO late
        FROM arrived a
        JOIN before b ON b.id = a.id
        JOIN sellers_seller s ON s.id = a.seller_id
        WHERE a.due_cycle IS DISTINCT FROM b.due_cycle AND a.due_cycle < s.open_cycle LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'seller % has closed cycle %; the open cycle is %',
            late.number, late.due_cycle, late.open_cycle
            USING ERRCODE = 'check_violation', CONSTRAINT = 'facts_land_in_an_open_cycle';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER fence AFTER INSERT ON sellers_order REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION facts_land_in_an_open_cycle();
CREATE TRIGGER fence AFTER INSERT ON sellers_usagerecord REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION facts_land_in_an_open_cycle();
CREATE TRIGGER fence_of_changes AFTER UPDATE ON sellers_order
    REFERENCING OLD TABLE AS before NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION changes_land_in_an_open_cycle();
CREATE TRIGGER fence_of_changes AFTER UPDATE ON sellers_usagerecord
    REFERENCING OLD TABLE AS before NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION changes_land_in_an_open_cycle();

-- A fee ratio, once given, stays (R2.6).
CREATE FUNCTION nothing_changes_here() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'insert_only';
END $$;
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON sellers_feeratio
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();

-- A closed cycle stays closed (R1.6): the open cycle moves forward or not at all.
CREATE FUNCTION the_open_cycle_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'seller % has closed its cycles before %', OLD.number, OLD.open_cycle
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'the_open_cycle_moves_forward';
END $$;
CREATE TRIGGER the_open_cycle_moves_forward BEFORE UPDATE ON sellers_seller
    FOR EACH ROW WHEN ((NEW.open_cycle >= OLD.open_cycle) IS NOT TRUE AND OLD.open_cycle IS NOT NULL)
    EXECUTE FUNCTION the_open_cycle_moves_forward();
