-- A package covers usage only where the package itself is settled (R9.2): it is paid, not cancelled, in its term
-- and not refunded in full by the time the usage began. A trial settles usage of nothing but itself.
CREATE FUNCTION refunded_in_full_at(of_order bigint) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT max(r.refunded_at)
    FROM settlement_refund r JOIN sellers_order o ON o.id = r.order_id
    WHERE o.id = of_order AND r.state = 'refunded'
    HAVING sum(r.amount) >= max(o.paid_amount)
$$;
CREATE FUNCTION package_covers(package sellers_order, started_at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (package.billing_mode = 'package'
            AND package.cancelled_at IS NULL
            AND (package.paid_at IS NOT NULL OR package.order_type = 'trial')
            AND started_at >= package.effective_at
            AND started_at < coalesce(package.term_ends_at, 'infinity')) IS TRUE
$$;

CREATE FUNCTION a_package_covers_what_it_settles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sellers_order
        WHERE id IN (SELECT package_id FROM arrived WHERE package_id IS NOT NULL)
        ORDER BY id FOR SHARE;
    IF EXISTS (SELECT FROM arrived a JOIN sellers_order k ON k.id = a.package_id
               WHERE NOT package_covers(k, a.started_at)
                  OR k.seller_id <> a.seller_id
                  OR k.order_type = 'trial' AND k.id <> a.order_id
                  OR a.started_at >= refunded_in_full_at(k.id)) THEN
        RAISE EXCEPTION 'usage names a package that does not cover it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_package_covers_what_it_settles';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER a_package_covers_what_it_settles AFTER INSERT ON sellers_usagerecord
    REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION a_package_covers_what_it_settles();

CREATE FUNCTION a_package_in_use_stays_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sellers_usagerecord u
               WHERE u.package_id = NEW.id AND NOT package_covers(NEW, u.started_at)) THEN
        RAISE EXCEPTION 'package % covers usage, and stays as it settles it', NEW.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_package_covers_what_it_settles';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_package_in_use_stays_settled
    BEFORE UPDATE OF billing_mode, cancelled_at, paid_at, effective_at, term_ends_at ON sellers_order
    FOR EACH ROW WHEN (OLD.billing_mode = 'package'
        AND (OLD.billing_mode, OLD.cancelled_at, OLD.paid_at, OLD.effective_at, OLD.term_ends_at) IS DISTINCT FROM
            (NEW.billing_mode, NEW.cancelled_at, NEW.paid_at, NEW.effective_at, NEW.term_ends_at))
    EXECUTE FUNCTION a_package_in_use_stays_settled();
