-- A bill that met a guard rail unseen is looked at before it is approved (R1.6).

CREATE FUNCTION bill_looks_are_taken_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    look CONSTANT text[] := '{comment,looked_by_id,looked_at,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.looked_at IS NOT NULL
        OR to_jsonb(OLD) - look IS DISTINCT FROM to_jsonb(NEW) - look THEN
        RAISE EXCEPTION 'the look at bill % no longer changes in this way', OLD.bill_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_look_at_a_bill_is_taken_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER are_taken_once BEFORE UPDATE OR DELETE ON settlement_billlook
    FOR EACH ROW EXECUTE FUNCTION bill_looks_are_taken_once();

CREATE FUNCTION flagged_bills_are_looked_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_billlook k WHERE k.bill_id = NEW.id AND k.looked_at IS NULL) THEN
        RAISE EXCEPTION 'bill % was not looked at', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_flagged_bill_is_looked_at';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER flagged_ones_are_looked_at BEFORE UPDATE OF state ON settlement_bill
    FOR EACH ROW WHEN (OLD.state = 'pending_approval' AND NEW.state NOT IN ('pending_approval', 'approval_rejected'))
    EXECUTE FUNCTION flagged_bills_are_looked_at();
