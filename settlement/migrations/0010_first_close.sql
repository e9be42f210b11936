-- A seller's first close begins with what is due (R1.6): nothing on its bill belongs to an earlier cycle.
CREATE FUNCTION the_first_close_begins_with_what_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_bill b JOIN settlement_billline l ON l.bill_id = b.id
               WHERE b.seller_id = NEW.id AND l.catch_up) THEN
        RAISE EXCEPTION 'seller % has something due before the cycle it begins with', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'the_first_close_begins_with_what_is_due';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER the_first_close_begins_with_what_is_due AFTER UPDATE OF open_cycle ON sellers_seller
    FOR EACH ROW WHEN (OLD.open_cycle IS NULL AND NEW.open_cycle IS NOT NULL)
    EXECUTE FUNCTION the_first_close_begins_with_what_is_due();
