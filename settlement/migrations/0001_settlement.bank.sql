CREATE SEQUENCE number_of_bank_statement;
CREATE SEQUENCE number_of_bank_line;

-- What a bank said stays said. (R8.2)
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_bankstatement
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_bankstatement
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_bankline
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();

-- What came in and what went back of it are of one amount, and leave suspense together. (R8.2)
CREATE FUNCTION bank_lines_keep_what_was_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{state,reason,purpose,seller_id,payout_id,payment_id,movement_id,sends_back_id,attributed_by_id,attributed_at,'
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
        WHEN 'sent_back' THEN l.seller_id IS NULL AND EXISTS (
            SELECT FROM settlement_bankline o
            WHERE CASE WHEN l.amount < 0 THEN o.id = l.sends_back_id ELSE o.sends_back_id = l.id END
              AND o.currency = l.currency AND o.amount = -l.amount AND o.charges = 0 AND l.charges = 0)
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

-- How often lines of statements show a payout leaving: alone, or as a part of its batch. (R8.2)
CREATE FUNCTION times_it_left(p settlement_payout) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT (SELECT count(*) FROM settlement_bankline l WHERE l.payout_id = p.id AND l.purpose = 'payout')
        + (SELECT count(*) FROM settlement_bankline l
           JOIN sellers_seller s ON s.id = p.seller_id
           JOIN settlement_journal j ON j.key = 'bank_line_cleared:' || l.number || ':' || s.number
           WHERE l.batch_id = p.batch_id AND l.purpose = 'batch')
$$;
