CREATE SEQUENCE number_of_bank_statement;
CREATE SEQUENCE number_of_bank_line;

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_bankstatement
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_bankline
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();

-- A line is attributed once, and reversed with its statement. Of what came in and went back the other half
-- is then nobody's again. (R8.2)
CREATE FUNCTION bank_lines_keep_what_was_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{state,reason,purpose,seller_id,payout_id,payment_id,movement_id,adjustment_id,sends_back_id,'
        'attributed_by_id,attributed_at,comment,modified_at}';
    may boolean := false;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        may := CASE NEW.state
            WHEN 'attributed' THEN OLD.state = 'suspense'
            WHEN 'reversed' THEN OLD.state <> 'reversed' AND EXISTS (
                SELECT FROM settlement_bankstatement s WHERE s.id = OLD.statement_id AND s.state = 'reversed')
            WHEN 'suspense' THEN OLD.purpose = 'sent_back' AND EXISTS (
                SELECT FROM settlement_bankline o
                JOIN settlement_bankstatement s ON s.id = o.statement_id AND s.state = 'reversed'
                WHERE o.id = OLD.sends_back_id OR o.sends_back_id = OLD.id)
            ELSE false
        END;
        IF NEW.state = 'reversed' THEN
            moving := moving || 'batch_id'::text;
        END IF;
        may := may AND to_jsonb(OLD) - moving = to_jsonb(NEW) - moving;
    END IF;
    IF NOT may THEN
        RAISE EXCEPTION 'bank line % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_bank_line_is_attributed_once';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_what_was_said BEFORE UPDATE OR DELETE ON settlement_bankline
    FOR EACH ROW EXECUTE FUNCTION bank_lines_keep_what_was_said();

-- What banks kept of a line, signed as it is; of a payout that came back, all that is missing. (R8.2)
CREATE FUNCTION kept_of(l settlement_bankline) RETURNS numeric STABLE LANGUAGE sql AS $$
    SELECT CASE l.purpose
        WHEN 'charges' THEN l.amount
        WHEN 'return' THEN (SELECT l.amount - p.amount FROM settlement_payout p WHERE p.id = l.payout_id)
        ELSE l.charges
    END
$$;

-- A line is over what it names, to the cent and in its currency, and of its seller. (R8.2)
-- Of a payout that came back a person may say that banks kept a part of it.
CREATE FUNCTION is_over_what_it_names(l settlement_bankline) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT CASE l.purpose
        WHEN 'payout' THEN EXISTS (
            SELECT FROM settlement_payout p
            WHERE p.id = l.payout_id AND p.seller_id = l.seller_id AND p.currency = l.currency
              AND p.amount = -(l.amount - l.charges))
        WHEN 'return' THEN EXISTS (
            SELECT FROM settlement_payout p
            WHERE p.id = l.payout_id AND p.seller_id = l.seller_id AND p.currency = l.currency
              AND (p.amount = l.amount - l.charges
                   OR l.state = 'attributed' AND l.amount - l.charges BETWEEN 0 AND p.amount))
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
        WHEN 'adjustment' THEN EXISTS (
            SELECT FROM settlement_adjustment a
            WHERE a.id = l.adjustment_id AND a.seller_id = l.seller_id AND a.currency = l.currency
              AND a.kind = 'difference' AND a.amount = l.amount - l.charges)
        WHEN 'sent_back' THEN l.seller_id IS NULL AND EXISTS (
            SELECT FROM settlement_bankline o
            WHERE CASE WHEN l.amount < 0 THEN o.id = l.sends_back_id ELSE o.sends_back_id = l.id END
              AND o.currency = l.currency AND o.amount = -l.amount AND o.charges = 0 AND l.charges = 0)
        ELSE l.seller_id IS NULL
    END
$$;

-- Who answers for a payout that came back answers for all of it.
CREATE FUNCTION bank_lines_are_over_what_they_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF is_over_what_it_names(NEW) IS NOT TRUE THEN
        RAISE EXCEPTION 'bank line % is not over what it names', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bank_line_is_over_what_it_names';
    END IF;
    IF NEW.state = 'attributed' AND NEW.purpose IN ('payout', 'return')
       AND NOT is_authorised('{attribution}', NEW.number, NEW.seller_id, NEW.amount - kept_of(NEW)) THEN
        RAISE EXCEPTION 'nobody answers for bank line %', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_moves_by_authority';
    END IF;
    IF NEW.purpose = 'payout' AND (SELECT times_it_left(p) FROM settlement_payout p WHERE p.id = NEW.payout_id) > 0 THEN
        RAISE EXCEPTION 'another line shows the payout of bank line % leaving', NEW.number
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'a_payout_leaves_the_bank_once';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER are_over_what_they_name BEFORE INSERT OR UPDATE ON settlement_bankline
    FOR EACH ROW EXECUTE FUNCTION bank_lines_are_over_what_they_name();

-- A line is on the statement's account, and comes with it; one that repeats another is as large. (R8.2)
CREATE FUNCTION bank_lines_come_with_their_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IN ('attributed', 'reversed') OR NOT EXISTS (
            SELECT FROM settlement_bankstatement s
            WHERE s.id = NEW.statement_id AND s.currency = NEW.currency AND s.taken_at = NEW.taken_at
              AND s.state = 'taken') THEN
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
    IF NOT is_on_a_statement(NEW)
       AND EXISTS (SELECT FROM settlement_payout p WHERE p.id = NEW.id AND p.state = 'paid') THEN
        RAISE EXCEPTION 'no statement shows payout % leaving', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payout_is_paid_by_the_bank_or_a_person';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER are_on_statements AFTER UPDATE OF state ON settlement_payout
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'paid' AND NEW.paid_by_id IS NULL)
    EXECUTE FUNCTION paid_payouts_are_on_statements();

-- How often lines of statements show a payout leaving: alone, or as a part of its batch. (R8.2)
CREATE FUNCTION times_it_left(p settlement_payout) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT (SELECT count(*) FROM settlement_bankline l WHERE l.payout_id = p.id AND l.purpose = 'payout')
        + (SELECT count(*) FROM settlement_bankline l
           JOIN sellers_seller s ON s.id = p.seller_id
           JOIN settlement_journal j ON j.key = 'bank_line_cleared:' || l.number || ':' || s.number
           WHERE l.batch_id = p.batch_id AND l.purpose = 'batch')
$$;

-- A statement stays as it was taken; it is reversed once, and two people say so at the latest at commit. (R8.2, R4.4)
CREATE FUNCTION bank_statements_keep_what_was_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{state,reversed_by_id,reversed_at,reversal_reason,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'taken' OR NEW.state <> 'reversed'
        OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'statement % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_bank_statement_keeps_what_it_said';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_what_was_said BEFORE UPDATE OR DELETE ON settlement_bankstatement
    FOR EACH ROW EXECUTE FUNCTION bank_statements_keep_what_was_said();

CREATE FUNCTION is_reversed_by_two(s settlement_bankstatement) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (
        SELECT FROM koogallery_approvalrequest q
        JOIN koogallery_approval a ON a.request_id = q.id AND a.operator_id <> q.requested_by_id
        WHERE q.act = 'statement_reversal' AND q.object_kind = 'bank statement' AND q.object_number = s.number
          AND q.state = 'approved' AND q.requested_by_id = s.reversed_by_id)
$$;

-- No line of it counts any more.
CREATE FUNCTION bank_statements_are_reversed_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT is_reversed_by_two(NEW) THEN
        RAISE EXCEPTION 'one person alone reversed statement %', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bank_statement_is_reversed_by_two';
    END IF;
    IF EXISTS (SELECT FROM settlement_bankline WHERE statement_id = NEW.id AND state <> 'reversed') THEN
        RAISE EXCEPTION 'lines of reversed statement % count still', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bank_statement_is_reversed_whole';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER are_reversed_whole AFTER UPDATE ON settlement_bankstatement
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION bank_statements_are_reversed_whole();

-- For what a reversed line had brought, and did not come, the two answer who reversed its statement. (R4.4)
CREATE FUNCTION is_of_a_reversed_line(a_number text) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM settlement_bankline l WHERE l.number = a_number AND l.state = 'reversed')
$$;

-- Charges count together, as what one person moves does: those that statements tell by the bank's code, and
-- those that one person says to be charges, also beside a payment or missing of what came back. (R4.4)
CREATE FUNCTION charged_alone(a_currency text, a_person bigint) RETURNS numeric STABLE LANGUAGE sql AS $$
    SELECT coalesce(sum(abs(kept_of(l)) + CASE WHEN l.purpose = 'sent_back' AND l.amount < 0 THEN -l.amount ELSE 0 END), 0)
    FROM settlement_bankline l
    JOIN settlement_approvallimit m ON m.currency = l.currency
    WHERE l.currency = a_currency AND l.modified_at > now() - make_interval(hours => m.hours)
      AND CASE WHEN a_person IS NULL THEN l.state = 'matched'
          ELSE l.state = 'attributed' AND l.attributed_by_id = a_person AND NOT EXISTS (
              SELECT FROM koogallery_approvalrequest q
              WHERE q.act = 'bank_line' AND q.object_number = l.number AND q.state = 'approved') END
$$;

CREATE FUNCTION nobody_charges_more_alone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most numeric := (SELECT l.amount FROM settlement_approvallimit l WHERE l.currency = NEW.currency);
BEGIN
    IF kept_of(NEW) = 0 AND NEW.purpose <> 'sent_back' THEN
        RETURN NULL;
    END IF;
    IF NEW.state = 'attributed' THEN
        PERFORM hold_who_moves_money(NEW.attributed_by_id);
    END IF;
    IF charged_alone(NEW.currency, NEW.attributed_by_id) >= most AND NOT EXISTS (
            SELECT FROM koogallery_approvalrequest q
            WHERE q.act = 'bank_line' AND q.object_number = NEW.number AND q.state = 'approved') THEN
        RAISE EXCEPTION 'one person alone says less than this to be charges: %', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_charges_more_alone';
    END IF;
    RETURN NULL;
END $$;

-- What is tried and rolled back is not looked at; whatever is kept is, at commit.
CREATE CONSTRAINT TRIGGER nobody_charges_more_alone AFTER INSERT OR UPDATE ON settlement_bankline
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state IN ('matched', 'attributed')
                       AND (NEW.charges <> 0 OR NEW.purpose IN ('charges', 'return', 'sent_back')))
    EXECUTE FUNCTION nobody_charges_more_alone();
