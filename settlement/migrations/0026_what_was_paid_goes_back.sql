-- Money goes back of an order that was paid, and after it was: while a refund of it is live or granted, the order
-- stays paid and is not cancelled. (R1.3, R1.8, R4.1)
CREATE FUNCTION claimed_orders_stay_paid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claim settlement_refund;
BEGIN
    SELECT * INTO claim FROM settlement_refund f
    WHERE f.order_id = NEW.id AND f.state NOT IN ('rejected', 'withdrawn')
      AND (NEW.paid_at IS NULL OR f.refunded_at < NEW.paid_at)
    ORDER BY f.id LIMIT 1;
    IF FOUND AND NEW.paid_at IS NULL THEN
        RAISE EXCEPTION 'refund % claims what was paid of order %', claim.number, NEW.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_claimed_order_stays_paid',
                  DETAIL = claim.number;
    ELSIF FOUND THEN
        RAISE EXCEPTION 'refund % went back at %, before order % was paid',
            claim.number, claim.refunded_at, NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_goes_back_before_it_came',
                  DETAIL = claim.number;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER stay_paid_while_claimed AFTER UPDATE OF paid_at ON sellers_order
    FOR EACH ROW WHEN (NEW.paid_at IS DISTINCT FROM OLD.paid_at)
    EXECUTE FUNCTION claimed_orders_stay_paid();

-- A cancelled order is never a paid one, by a check of its own.
CREATE FUNCTION refunds_return_what_was_paid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid timestamptz;
BEGIN
    SELECT o.paid_at INTO paid FROM sellers_order o WHERE o.id = NEW.order_id FOR NO KEY UPDATE;
    IF paid IS NULL THEN
        RAISE EXCEPTION 'refund % claims what was never paid', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_claimed_order_stays_paid',
                  DETAIL = NEW.number;
    ELSIF NEW.refunded_at < paid THEN
        RAISE EXCEPTION 'refund % went back before it was paid at %', NEW.number, paid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_goes_back_before_it_came',
                  DETAIL = NEW.number;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER return_what_was_paid AFTER INSERT OR UPDATE OF order_id, state, refunded_at
    ON settlement_refund FOR EACH ROW WHEN (NEW.state NOT IN ('rejected', 'withdrawn'))
    EXECUTE FUNCTION refunds_return_what_was_paid();
