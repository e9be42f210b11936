-- Orders, deposit, bills and adjustments are in their seller's settlement currency and name no rate to
-- another; so it stays once there is one of them (R2.8).
CREATE FUNCTION a_currency_in_use_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sellers_order WHERE seller_id = OLD.id)
        OR EXISTS (SELECT FROM settlement_deposit WHERE seller_id = OLD.id)
        OR EXISTS (SELECT FROM settlement_bill WHERE seller_id = OLD.id)
        OR EXISTS (SELECT FROM settlement_adjustment WHERE seller_id = OLD.id) THEN
        RAISE EXCEPTION 'seller % is settled in %', OLD.number, OLD.settlement_currency
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_currency_in_use_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_currency_in_use_stays BEFORE UPDATE OF settlement_currency ON sellers_seller
    FOR EACH ROW WHEN (NEW.settlement_currency IS DISTINCT FROM OLD.settlement_currency)
    EXECUTE FUNCTION a_currency_in_use_stays();
