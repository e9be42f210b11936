-- What must never be false about disputes (R3.4), held by PostgreSQL itself.

-- A bill's lines are unique by number, so a dispute may refer to one without a column of its own.
ALTER TABLE settlement_dispute ADD CONSTRAINT a_disputed_line_is_of_its_bill
    FOREIGN KEY (bill_id, line_no) REFERENCES settlement_billline (bill_id, line_no);

CREATE FUNCTION disputes_keep_to_their_bill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM settlement_bill b
                   WHERE b.id = NEW.bill_id AND b.seller_id = NEW.seller_id) THEN
        RAISE EXCEPTION 'dispute % is not of its bill''s seller', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_dispute_is_of_its_bills_seller';
    END IF;
    IF NEW.adjustment_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM settlement_adjustment a
        WHERE a.id = NEW.adjustment_id AND a.bill_id = NEW.bill_id AND a.seller_id = NEW.seller_id
          AND a.kind = 'difference' AND a.amount = NEW.difference) THEN
        RAISE EXCEPTION 'the adjustment of dispute % is not its difference', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_difference_is_adjusted_on_its_bill';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_to_their_bill BEFORE INSERT OR UPDATE ON settlement_dispute
    FOR EACH ROW EXECUTE FUNCTION disputes_keep_to_their_bill();

-- What was claimed stays as it was claimed, and an answer is final.
CREATE FUNCTION disputes_keep_their_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'open' AND OLD IS DISTINCT FROM NEW
        OR (OLD.number, OLD.seller_id, OLD.bill_id, OLD.line_no, OLD.reason, OLD.amount, OLD.opened_by_id, OLD.opened_at)
        IS DISTINCT FROM (NEW.number, NEW.seller_id, NEW.bill_id, NEW.line_no, NEW.reason, NEW.amount, NEW.opened_by_id, NEW.opened_at) THEN
        RAISE EXCEPTION 'dispute % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_dispute_keeps_its_claim';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_their_claim BEFORE UPDATE OR DELETE ON settlement_dispute
    FOR EACH ROW EXECUTE FUNCTION disputes_keep_their_claim();
