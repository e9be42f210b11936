-- What must never be false about money that moves by a person's will (R4.4), held by PostgreSQL itself.

CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_authorisation
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_authorisation
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
ALTER TABLE settlement_authorisation ENABLE ALWAYS TRIGGER insert_only;

-- Who moves money is held until the end of the transaction: of two acts at once the second sees the first.
CREATE FUNCTION hold_who_moves_money(a_person bigint) RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('moves money: ' || a_person, 0))
$$;

-- What was moved for a seller without a second person, within the hours of the limit. A refund is asked
-- for by another than who approves it, and has a rule of its own.
CREATE FUNCTION moved_alone_of_seller(a_seller bigint, a_currency text) RETURNS numeric LANGUAGE sql AS $$
    SELECT coalesce(sum(a.amount), 0)
    FROM settlement_authorisation a
    JOIN settlement_approvallimit l ON l.currency = a_currency
    WHERE a.seller_id = a_seller AND a.currency = a_currency AND a.second_id IS NULL
      AND a.act <> 'refund' AND a.at > now() - make_interval(hours => l.hours)
$$;

-- What a person moved alone, over all sellers, as a share of their limit; no exchange rate is needed.
CREATE FUNCTION share_moved_alone(a_person bigint) RETURNS numeric LANGUAGE sql AS $$
    SELECT coalesce(sum(a.amount / l.of_a_person), 0)
    FROM settlement_authorisation a
    JOIN settlement_approvallimit l ON l.currency = a.currency
    WHERE a.person_id = a_person AND a.second_id IS NULL
      AND a.at > now() - make_interval(hours => l.hours)
$$;

-- The bill's content was approved by this person, in the preview that its run issued.
CREATE FUNCTION was_previewed_by(a_bill settlement_bill, a_person bigint) RETURNS boolean
    STABLE LANGUAGE sql AS $$
    SELECT EXISTS (
        SELECT FROM settlement_billrunseller p
        JOIN settlement_billrun r ON r.id = p.run_id
        JOIN settlement_billpreview v ON v.id = r.preview_id
        JOIN settlement_billpreviewseller s ON s.preview_id = v.id AND s.seller_id = p.seller_id
        WHERE p.seller_id = a_bill.seller_id AND p.state = 'done' AND r.cycle >= a_bill.cycle
          AND p.expected <> '' AND p.expected = s.content
          AND v.state = 'approved' AND v.approved_by_id = a_person
          AND v.approved_at < a_bill.issued_at)
$$;

-- Who is named as the second person has agreed; the instant and the limits are the database's own.
CREATE FUNCTION a_second_person_has_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
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
              AND q.act = CASE WHEN NEW.act IN ('top_up', 'penalty', 'return') THEN 'deposit' ELSE NEW.act END
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
CREATE TRIGGER a_second_person_has_agreed BEFORE INSERT ON settlement_authorisation
    FOR EACH ROW EXECUTE FUNCTION a_second_person_has_agreed();

-- What is tried and rolled back defers this; whatever is kept is looked at, at the latest at commit.
CREATE FUNCTION nobody_moves_more_alone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most settlement_approvallimit;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'money moves by people in transactions that see each other'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_moves_more_alone';
    END IF;
    PERFORM hold_who_moves_money(NEW.person_id);
    PERFORM pg_advisory_xact_lock(hashtextextended('money of seller: ' || NEW.seller_id, 0));
    SELECT * INTO STRICT most FROM settlement_approvallimit WHERE currency = NEW.currency;
    IF NEW.act <> 'refund' AND moved_alone_of_seller(NEW.seller_id, NEW.currency) >= most.amount
        OR share_moved_alone(NEW.person_id) >= 1 THEN
        RAISE EXCEPTION 'one person alone moves less than this: % %', NEW.act, NEW.subject
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_moves_more_alone';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER nobody_moves_more_alone AFTER INSERT ON settlement_authorisation
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.second_id IS NULL AND NEW.amount > 0)
    EXECUTE FUNCTION nobody_moves_more_alone();

-- No money moves by a person's will without somebody who answers for it. ----------------------------
CREATE FUNCTION is_authorised(
    acts text[], a_subject text, a_seller bigint, an_amount numeric
) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM settlement_authorisation a
                   WHERE a.seller_id = a_seller AND a.subject = a_subject
                     AND a.act = ANY (acts) AND a.amount = abs(an_amount))
$$;

CREATE FUNCTION money_moves_by_authority() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    authorised boolean;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'settlement_adjustment' THEN
            authorised := is_authorised('{adjustment,dispute}', NEW.number, NEW.seller_id, NEW.amount);
        WHEN 'settlement_depositmovement' THEN
            authorised := is_authorised('{top_up,penalty,return,exit}',
                NEW.kind || ':' || NEW.reference, NEW.seller_id, NEW.change);
        WHEN 'settlement_receivablepayment' THEN
            authorised := is_authorised('{payment}', (SELECT v.number FROM settlement_receivable v
                WHERE v.id = NEW.receivable_id) || ':' || NEW.reference, NEW.seller_id, NEW.amount);
        WHEN 'settlement_receivable' THEN
            authorised := is_authorised('{receivable_move}', NEW.number || ':' || (
                SELECT s.open_cycle FROM sellers_seller s WHERE s.id = NEW.seller_id), NEW.seller_id, (
                SELECT r.outstanding FROM settlement_recovery r WHERE r.id = NEW.recovery_id));
        WHEN 'settlement_bill' THEN
            authorised := is_authorised('{bill}', NEW.number, NEW.seller_id, NEW.net_payable);
        WHEN 'settlement_refund' THEN
            authorised := is_authorised('{refund}', NEW.number, NEW.seller_id, NEW.amount);
    END CASE;
    IF authorised IS NOT TRUE THEN
        RAISE EXCEPTION 'nobody answers for this row of %', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_moves_by_authority';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER by_authority AFTER INSERT ON settlement_adjustment
    FOR EACH ROW WHEN (NEW.kind = 'difference') EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER by_authority AFTER INSERT ON settlement_depositmovement
    FOR EACH ROW WHEN (NEW.kind IN ('top_up', 'penalty', 'return', 'adjustment'))
    EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER by_authority AFTER INSERT ON settlement_receivablepayment
    FOR EACH ROW EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER by_authority AFTER UPDATE OF state ON settlement_receivable
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NEW.state = 'moved_to_bill')
    EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER by_authority AFTER UPDATE OF state ON settlement_bill
    FOR EACH ROW WHEN (OLD.state IN ('pending_approval', 'approval_rejected')
                       AND NEW.state NOT IN ('pending_approval', 'approval_rejected'))
    EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER by_authority_from_the_start AFTER INSERT ON settlement_bill
    FOR EACH ROW WHEN (NEW.state NOT IN ('pending_approval', 'approval_rejected'))
    EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER by_authority AFTER UPDATE OF state ON settlement_refund
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NEW.state IN ('approved', 'refunded')
                       AND OLD.state <> 'approved')
    EXECUTE FUNCTION money_moves_by_authority();

-- Refunds: the threshold is held against the sum of the claims. -------------------------------------
-- All live and granted claims of the order, or of the same customer and seller: those asked for within
-- the hours before or after this one, and those approved within the last hours.
CREATE FUNCTION claims_beside(a_refund settlement_refund) RETURNS numeric STABLE LANGUAGE sql AS $$
    SELECT greatest(
        coalesce(sum(c.amount) FILTER (WHERE c.order_id = a_refund.order_id), 0),
        coalesce(sum(c.amount) FILTER (
            WHERE c.requested_at BETWEEN a_refund.requested_at - make_interval(hours => l.hours)
                                     AND a_refund.requested_at + make_interval(hours => l.hours)
               OR c.approved_at > now() - make_interval(hours => l.hours)
               OR c.id = a_refund.id), 0))
    FROM settlement_approvallimit l, sellers_order mine, settlement_refund c
    JOIN sellers_order o ON o.id = c.order_id
    WHERE l.currency = a_refund.currency AND mine.id = a_refund.order_id
      AND c.seller_id = a_refund.seller_id AND c.state NOT IN ('rejected', 'withdrawn')
      AND (c.order_id = mine.id OR lower(o.customer_account) = lower(mine.customer_account))
$$;

CREATE FUNCTION takes_two_approvals(a_refund settlement_refund) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT claims_beside(a_refund) >= l.amount FROM settlement_approvallimit l
    WHERE l.currency = a_refund.currency
$$;

-- Two approvals are those of two who did not speak for the seller.
CREATE FUNCTION approvals_that_count(a_refund settlement_refund) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT count(*) FROM settlement_refundapproval a
    WHERE a.refund_id = a_refund.id
      AND (a_refund.approvals_needed = 1 OR a.operator_id IS DISTINCT FROM a_refund.agreed_by_id)
$$;

CREATE OR REPLACE FUNCTION approved_means_approved_by_enough() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IN ('approved', 'refunded') AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state) THEN
        IF approvals_that_count(NEW) < NEW.approvals_needed THEN
            RAISE EXCEPTION 'refund % needs % approvals', NEW.number, NEW.approvals_needed
                USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_means_approved_by_enough';
        END IF;
        IF NEW.state = 'approved' AND NEW.approvals_needed < 2 AND takes_two_approvals(NEW) THEN
            RAISE EXCEPTION 'the claims beside refund % need 2 approvals', NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_means_approved_by_enough';
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND ((OLD.amount, OLD.order_id, OLD.seller_id, OLD.requested_by_id, OLD.currency)
        IS DISTINCT FROM (NEW.amount, NEW.order_id, NEW.seller_id, NEW.requested_by_id, NEW.currency)
        OR NEW.approvals_needed < OLD.approvals_needed
        OR OLD.agreed_by_id IS NOT NULL AND OLD.agreed_by_id IS DISTINCT FROM NEW.agreed_by_id
        OR OLD.state IN ('refunded', 'rejected', 'withdrawn') AND OLD.state <> NEW.state) THEN
        RAISE EXCEPTION 'refund % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_refund_keeps_its_claim';
    END IF;
    RETURN NEW;
END $$;

-- Previews: who asked for one approves none that pays as much as two have to. ------------------------
CREATE FUNCTION a_preview_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_billpreviewseller s
               JOIN settlement_approvallimit l ON l.currency = s.currency
               WHERE s.preview_id = NEW.id
               GROUP BY l.currency, l.amount HAVING sum(greatest(s.issued, 0)) >= l.amount) THEN
        RAISE EXCEPTION 'preview % is approved by another than who asked for it', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_preview_takes_two';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER takes_two BEFORE UPDATE OF state ON settlement_billpreview
    FOR EACH ROW WHEN (NEW.state = 'approved' AND NEW.requested_by_id = NEW.approved_by_id)
    EXECUTE FUNCTION a_preview_takes_two();

-- Invoices: another bank account than the certified one takes two. ------------------------------------
CREATE FUNCTION bare_text(a_text text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT lower(regexp_replace(normalize(a_text, NFKC), '[^[:alnum:]]', '', 'g'))
$$;

-- In use, or approved and cooling down; what was superseded is another account.
CREATE FUNCTION is_certified_account(a_seller bigint, an_account text) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (
        SELECT FROM sellers_bankaccount b
        WHERE b.seller_id = a_seller AND b.state = 'approved'
          AND bare_text(b.account_number) = bare_text(an_account)
          AND b.version >= coalesce((
              SELECT max(u.version) FROM sellers_bankaccount u
              WHERE u.seller_id = a_seller AND u.state = 'approved' AND u.usable_from <= now()), 0))
$$;

CREATE FUNCTION another_account_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT is_certified_account(NEW.seller_id, NEW.bank_account) AND NOT EXISTS (
        SELECT FROM settlement_authorisation a
        WHERE a.seller_id = NEW.seller_id AND a.act = 'invoice' AND a.subject = NEW.number
          AND a.amount = NEW.amount AND a.second_id IS NOT NULL
          AND NEW.submitted_by_id NOT IN (a.person_id, a.second_id)) THEN
        RAISE EXCEPTION 'invoice % names another bank account', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'another_account_takes_two';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER another_account_takes_two BEFORE UPDATE OF state ON settlement_invoice
    FOR EACH ROW WHEN (NEW.state = 'verified' AND OLD.state <> NEW.state)
    EXECUTE FUNCTION another_account_takes_two();

-- As in 0007, with why an invoice was verified although it differs.
CREATE OR REPLACE FUNCTION invoices_keep_their_facts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] :=
        '{state,rejection_reason,verification_reason,decided_by_id,decided_at,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('verified', 'rejected', 'withdrawn')
        OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'invoice % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_invoice_keeps_its_facts';
    END IF;
    RETURN NEW;
END $$;
