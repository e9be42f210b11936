-- The version of a product's fee ratio that an order has which was placed then: the latest one that counted
-- from then or before; the first one for an order older than all, whenever it is reported (R2.6).
CREATE FUNCTION fee_ratio_at(product bigint, placed timestamptz) RETURNS sellers_feeratio
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT f FROM sellers_feeratio f WHERE f.product_id = product
    ORDER BY f.valid_from <= placed DESC,
             CASE WHEN f.valid_from <= placed THEN f.valid_from END DESC,
             f.valid_from,
             f.version DESC
    LIMIT 1
$$;

-- Two orders placed at one instant for one product never differ (R2.6): neither does one arrive with another
-- ratio, nor does a version come to count where orders have another one.
CREATE FUNCTION an_order_has_the_ratio_of_its_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    other record;
BEGIN
    SELECT a.number, f.platform_fee_ratio AS ratio INTO other
    FROM arrived a JOIN LATERAL fee_ratio_at(a.product_id, a.placed_at) f
        ON f.platform_fee_ratio <> a.platform_fee_ratio
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'order % was placed when the fee ratio was %', other.number, other.ratio
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_order_has_the_ratio_of_its_day';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ratio_of_its_day AFTER INSERT ON sellers_order REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION an_order_has_the_ratio_of_its_day();

CREATE FUNCTION a_changed_order_has_the_ratio_of_its_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (fee_ratio_at(NEW.product_id, NEW.placed_at)).platform_fee_ratio <> NEW.platform_fee_ratio THEN
        RAISE EXCEPTION 'order % has not the fee ratio of the day it was placed', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_order_has_the_ratio_of_its_day';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ratio_of_its_day_still
    AFTER UPDATE OF placed_at, product_id, platform_fee_ratio ON sellers_order
    FOR EACH ROW EXECUTE FUNCTION a_changed_order_has_the_ratio_of_its_day();

CREATE FUNCTION a_version_leaves_orders_as_they_are() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz := NEW.valid_from;
    other record;
BEGIN
    IF NOT EXISTS (SELECT FROM sellers_feeratio f
                   WHERE f.product_id = NEW.product_id AND f.id <> NEW.id AND f.valid_from <= NEW.valid_from) THEN
        since := '-infinity';
    END IF;
    SELECT o.number, o.platform_fee_ratio AS ratio INTO other FROM sellers_order o
    WHERE o.product_id = NEW.product_id AND o.platform_fee_ratio <> NEW.platform_fee_ratio
      AND o.placed_at >= since
      AND o.placed_at < coalesce((SELECT min(f.valid_from) FROM sellers_feeratio f
                                  WHERE f.product_id = NEW.product_id AND f.valid_from > NEW.valid_from), 'infinity')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'order % has the fee ratio %, and keeps it', other.number, other.ratio
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_version_leaves_orders_as_they_are';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER leaves_orders AFTER INSERT ON sellers_feeratio
    FOR EACH ROW EXECUTE FUNCTION a_version_leaves_orders_as_they_are();
