CREATE SEQUENCE number_of_bank_statement;
CREATE SEQUENCE number_of_bank_line;

-- What a bank said stays said. (R8.2)
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_bankstatement
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_bankstatement
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_bankline
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();

-- A line leaves suspense once, by a person; all else of it stays. (R8.2)
CREATE FUNCTION bank_lines_keep_what_was_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{state,reason,purpose,seller_id,payout_id,payment_id,movement_id,attributed_by_id,attributed_at,'
        'comment,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'suspense' OR NEW.state <> 'attributed'
        OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'bank line % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_bank_line_is_attributed_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_what_was_said BEFORE UPDATE OR DELETE ON settlement_bankline
    FOR EACH ROW EXECUTE FUNCTION bank_lines_keep_what_was_said();

-- A line is over what it names, to the cent and in its currency, and of its seller. (R8.2)
CREATE FUNCTION is_over_what_it_names(l settlement_bankline) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT CASE l.purpose
        WHEN 'payout' THEN EXISTS (
            SELECT FROM settlement_payout p
            WHERE p.id = l.payout_id AND p.seller_id = l.seller_id AND p.currency = l.currency
              AND p.amount = -(l.amount - l.charges))
        WHEN 'return' THEN EXISTS (
            SELECT FROM settlement_payout p
            WHERE p.id = l.payout_id AND p.seller_id = l.seller_id AND p.currency = l.currency
              AND p.amount = l.amount - l.charges)
        WHEN 'batch' THEN l.seller_id IS NULL AND EXISTS (
            SELECT FROM settlement_payoutbatch b WHERE b.id = l.batch_id AND b.currency = l.currency)
        WHEN 'receivable' THEN EXISTS (
            SELECT FROM settlement_receivablepayment p
            JOIN settlement_receivable r ON r.id = p.receivable_id
            WHERE p.id = l.payment_id AND p.seller_id = l.seller_id AND r.currency = l.currency
              AND p.amount = l.amount - l.charges)
        WHEN 'deposit' THEN EXISTS (
            SELECT FROM settlement_depositmovement m
            JOIN settlement_deposit d ON d.seller_id = m.seller_id
            WHERE m.id = l.movement_id AND m.seller_id = l.seller_id AND m.kind = 'top_up'
              AND d.currency = l.currency AND m.change = l.amount - l.charges)
        ELSE l.seller_id IS NULL
    END
$$;
CREATE FUNCTION bank_lines_are_over_what_they_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF is_over_what_it_names(NEW) IS NOT TRUE THEN
        RAISE EXCEPTION 'bank line % is not over what it names', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bank_line_is_over_what_it_names';
    END IF;
    IF NEW.state = 'attributed' AND NEW.purpose IN ('payout', 'return')
       AND NOT is_authorised('{attribution}', NEW.number, NEW.seller_id, NEW.amount - NEW.charges) THEN
        RAISE EXCEPTION 'nobody answers for bank line %', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_moves_by_authority';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER are_over_what_they_name BEFORE INSERT OR UPDATE ON settlement_bankline
    FOR EACH ROW EXECUTE FUNCTION bank_lines_are_over_what_they_name();

-- A line is on the statement's account, and comes with it; one that repeats another is as large. (R8.2)
CREATE FUNCTION bank_lines_come_with_their_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'attributed' OR NOT EXISTS (
            SELECT FROM settlement_bankstatement s
            WHERE s.id = NEW.statement_id AND s.currency = NEW.currency AND s.taken_at = NEW.taken_at) THEN
        RAISE EXCEPTION 'bank line % does not come with its statement', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bank_line_comes_with_its_statement';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER come_with_their_statement BEFORE INSERT ON settlement_bankline
    FOR EACH ROW EXECUTE FUNCTION bank_lines_come_with_their_statement();

-- At commit a statement's lines make what it says lies there now of what lay there before. (R8.2)
CREATE FUNCTION a_bank_statement_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.closing - NEW.opening <> (
            SELECT coalesce(sum(amount), 0) FROM settlement_bankline WHERE statement_id = NEW.id) THEN
        RAISE EXCEPTION 'statement % does not add up', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bank_statement_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON settlement_bankstatement
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.format IN ('camt.053', 'mt940'))
    EXECUTE FUNCTION a_bank_statement_adds_up();

-- At commit: what no person says is paid, a line of a statement shows leaving. (R4.4, R8.2)
CREATE FUNCTION is_on_a_statement(p settlement_payout) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM settlement_bankline l WHERE l.payout_id = p.id AND l.purpose = 'payout')
        OR EXISTS (SELECT FROM settlement_bankline l WHERE l.batch_id = p.batch_id AND l.purpose = 'batch')
$$;
CREATE FUNCTION paid_payouts_are_on_statements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT is_on_a_statement(NEW) THEN
        RAISE EXCEPTION 'no statement shows payout % leaving', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payout_is_paid_by_the_bank_or_a_person';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER are_on_statements AFTER UPDATE OF state ON settlement_payout
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'paid' AND NEW.paid_by_id IS NULL)
    EXECUTE FUNCTION paid_payouts_are_on_statements();

-- Or to attribute the bank's line by which the money came. (R4.4, R8.2)
CREATE OR REPLACE FUNCTION a_second_person_has_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreed boolean;
BEGIN
    NEW.at := now();
    SELECT l.amount, l.of_a_person, l.hours
    INTO STRICT NEW.limit_of_seller, NEW.limit_of_person, NEW.within_hours
    FROM settlement_approvallimit l WHERE l.currency = NEW.currency;
    IF NEW.second_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.request_id IS NOT NULL THEN
        agreed := EXISTS (
            SELECT FROM koogallery_approvalrequest q
            JOIN koogallery_approval a ON a.request_id = q.id
            JOIN sellers_seller s ON s.number = q.seller_number
            WHERE q.id = NEW.request_id AND q.state = 'approved'
              AND (q.act = CASE WHEN NEW.act IN ('top_up', 'penalty', 'return') OR NEW.subject LIKE 'adjustment:%'
                            THEN 'deposit' ELSE NEW.act END
                   OR q.act = 'bank_line' AND NEW.act IN ('top_up', 'payment', 'attribution')
                      AND right(NEW.subject, length(q.object_number)) = q.object_number)
              AND s.id = NEW.seller_id AND q.currency = NEW.currency AND q.amount = NEW.amount
              AND q.requested_by_id = NEW.person_id AND a.operator_id = NEW.second_id);
    ELSIF NEW.act = 'refund' THEN
        agreed := (SELECT count(*) = 2 FROM settlement_refundapproval a
                   JOIN settlement_refund r ON r.id = a.refund_id
                   WHERE r.number = NEW.subject AND r.seller_id = NEW.seller_id
                     AND a.operator_id IN (NEW.person_id, NEW.second_id));
    ELSIF NEW.act = 'bill' THEN
        agreed := (SELECT was_previewed_by(b, NEW.second_id) FROM settlement_bill b
                   WHERE b.number = NEW.subject AND b.seller_id = NEW.seller_id);
    END IF;
    IF agreed IS NOT TRUE THEN
        RAISE EXCEPTION 'nobody else has agreed to % %', NEW.act, NEW.subject
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_second_person_has_agreed';
    END IF;
    RETURN NEW;
END $$;
