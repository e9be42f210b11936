-- Of a seller who has left only what it still owes is taken in; what is taken out serves it. (R6.3, R5.4)
CREATE FUNCTION a_seller_who_left_pays_what_it_owes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sellers_seller s WHERE s.id = NEW.seller_id AND s.left_at IS NOT NULL)
       AND NEW.balance_after > (SELECT coalesce(sum(r.outstanding), 0) FROM settlement_recovery r
                                WHERE r.seller_id = NEW.seller_id AND r.state = 'receivable') THEN
        RAISE EXCEPTION 'seller % has left and owes less than that', NEW.seller_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_seller_who_left_pays_what_it_owes';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_seller_who_left_pays_what_it_owes
    BEFORE INSERT ON settlement_depositmovement FOR EACH ROW WHEN (NEW.change > 0)
    EXECUTE FUNCTION a_seller_who_left_pays_what_it_owes();
