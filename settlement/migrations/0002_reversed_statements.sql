-- What banks kept of a line, signed as it is; of a payout that came back, all that is missing. (R8.2)
CREATE FUNCTION kept_of(l settlement_bankline) RETURNS numeric STABLE LANGUAGE sql AS $$
    SELECT CASE l.purpose
        WHEN 'charges' THEN l.amount
        WHEN 'return' THEN (SELECT l.amount - p.amount FROM settlement_payout p WHERE p.id = l.payout_id)
        ELSE l.charges
    END
$$;

-- Of a payout that came back a person may say that banks kept a part of it.
CREATE OR REPLACE FUNCTION is_over_what_it_names(l settlement_bankline) RETURNS boolean STABLE LANGUAGE sql AS $$
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
CREATE OR REPLACE FUNCTION bank_lines_are_over_what_they_name() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- A statement stays as it was taken; it is reversed once, and two people say so at the latest at commit. (R8.2, R4.4)
DROP TRIGGER insert_only ON settlement_bankstatement;
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

-- A line is attributed once, and reversed with its statement. Of what came in and went back the other half
-- is then nobody's again. (R8.2)
CREATE OR REPLACE FUNCTION bank_lines_keep_what_was_said() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION bank_lines_come_with_their_statement() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION paid_payouts_are_on_statements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT is_on_a_statement(NEW)
       AND EXISTS (SELECT FROM settlement_payout p WHERE p.id = NEW.id AND p.state = 'paid') THEN
        RAISE EXCEPTION 'no statement shows payout % leaving', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payout_is_paid_by_the_bank_or_a_person';
    END IF;
    RETURN NULL;
END $$;

-- A line alone keeps a payout paid that no person paid: without one it is on its way again. What has failed or
-- come back is as before once no line brings it back. (R8.2)
CREATE OR REPLACE FUNCTION payouts_keep_what_they_pay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{state,batch_id,bank_account_id,opening_balance,closing_balance,end_to_end_id,sent_at,paid_at,paid_by_id,'
        'bank_reference,failure_code,failure_detail,failed_at,modified_at}';
    unpaid boolean := false;
    restored boolean := false;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        unpaid := OLD.state = 'paid' AND NEW.state = 'sent' AND OLD.paid_by_id IS NULL
            AND NEW.paid_by_id IS NULL AND NOT is_on_a_statement(OLD);
        restored := (OLD.state, NEW.state) IN (('failed', 'sent'), ('returned', 'paid'))
            AND NOT EXISTS (SELECT FROM settlement_bankline l WHERE l.payout_id = OLD.id AND l.purpose = 'return');
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state IN ('failed', 'returned') AND NOT restored
        OR to_jsonb(OLD) - moving - 'amount'::text IS DISTINCT FROM to_jsonb(NEW) - moving - 'amount'::text
        OR OLD.amount <> NEW.amount AND (OLD.state <> 'planned' OR NEW.state <> 'planned')
        OR OLD.state IN ('sent', 'paid', 'failed', 'returned') AND (OLD.batch_id, OLD.bank_account_id, OLD.end_to_end_id,
             OLD.sent_at, OLD.opening_balance, OLD.closing_balance)
            IS DISTINCT FROM (NEW.batch_id, NEW.bank_account_id, NEW.end_to_end_id, NEW.sent_at,
                              NEW.opening_balance, NEW.closing_balance)
        OR OLD.state IN ('paid', 'returned') AND NOT unpaid AND (OLD.paid_at, OLD.paid_by_id, OLD.bank_reference)
            IS DISTINCT FROM (NEW.paid_at, NEW.paid_by_id, NEW.bank_reference)
        OR OLD.state = 'paid' AND NEW.state = 'sent' AND NOT unpaid THEN
        RAISE EXCEPTION 'payout % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_payout_keeps_what_it_pays';
    END IF;
    RETURN NEW;
END $$;

-- Items are open again with their payout, where no other pays them.
CREATE OR REPLACE FUNCTION payout_items_are_what_is_owed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paying settlement_payout;
BEGIN
    SELECT * INTO paying FROM settlement_payout WHERE id = coalesce(NEW.payout_id, OLD.payout_id);
    IF TG_OP = 'INSERT' AND NEW.is_open AND paying.state = 'planned' AND (
           EXISTS (SELECT FROM settlement_bill b
                   WHERE b.id = NEW.bill_id AND b.seller_id = paying.seller_id AND b.currency = paying.currency
                     AND b.net_payable = NEW.net AND b.state = 'payment_processing'
                     AND NEW.tax = (SELECT coalesce(sum(v.tax), 0) FROM settlement_invoice v
                                    WHERE v.bill_id = b.id AND v.state = 'verified'))
           OR EXISTS (SELECT FROM settlement_depositmovement m
                      JOIN settlement_deposit d ON d.seller_id = m.seller_id
                      WHERE m.id = NEW.movement_id AND m.kind = 'return' AND m.seller_id = paying.seller_id
                        AND d.currency = paying.currency AND -m.change = NEW.net AND NEW.tax = 0))
       OR TG_OP = 'UPDATE' AND OLD.is_open <> NEW.is_open
          AND to_jsonb(OLD) - 'is_open'::text = to_jsonb(NEW) - 'is_open'::text
          AND NEW.is_open = (paying.state IN ('sent', 'paid')) AND paying.state IN ('sent', 'paid', 'failed', 'returned') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an item of payout % is not what is owed', paying.number
        USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payout_item_is_what_is_owed';
END $$;

-- What was sent stays with the account that it was sent to.
DROP TRIGGER go_to_certified_accounts ON settlement_payout;
CREATE TRIGGER go_to_certified_accounts BEFORE UPDATE ON settlement_payout
    FOR EACH ROW WHEN (NEW.state IN ('in_batch', 'sent') AND OLD.state IN ('planned', 'in_batch') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION payouts_go_to_certified_accounts();

CREATE OR REPLACE FUNCTION payouts_are_paid_by_the_bank_or_a_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    by_hand boolean := NEW.state = 'paid' AND NEW.paid_by_id IS NOT NULL;
BEGIN
    IF NEW.state = 'sent' AND NOT EXISTS (
            SELECT FROM settlement_payoutbatch b WHERE b.id = NEW.batch_id AND b.state = 'sent')
        OR NEW.state = 'paid' AND NOT by_hand AND OLD.state NOT IN ('sent', 'returned')
        OR by_hand AND NOT EXISTS (
            SELECT FROM settlement_authorisation a
            WHERE a.act = 'payout' AND a.subject = NEW.number || ':paid' AND a.seller_id = NEW.seller_id
              AND a.amount = NEW.amount AND a.currency = NEW.currency) THEN
        RAISE EXCEPTION 'nobody answers for payout %', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payout_is_paid_by_the_bank_or_a_person';
    END IF;
    RETURN NEW;
END $$;

-- A settled batch is open again with a payout that is on its way again.
CREATE OR REPLACE FUNCTION batches_keep_what_they_pay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{state,approvals_needed,approved_at,sent_at,settled_at,file,modified_at}';
    found record;
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'cancelled' OR OLD.state = 'settled' AND NEW.state <> 'sent'
        OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving
        OR OLD.state = 'settled' AND OLD.sent_at IS DISTINCT FROM NEW.sent_at
        OR NEW.approvals_needed < OLD.approvals_needed
        OR OLD.file IS NOT NULL AND OLD.file IS DISTINCT FROM NEW.file THEN
        RAISE EXCEPTION 'batch % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_batch_keeps_what_it_pays';
    END IF;
    IF NEW.state IN ('approved', 'sent') AND OLD.state NOT IN (NEW.state, 'settled') THEN
        SELECT count(*) AS payouts, sum(amount) AS amount, bool_and(currency = NEW.currency) AS in_currency
        INTO found FROM settlement_payout WHERE batch_id = NEW.id AND state = 'in_batch';
        IF (found.payouts = NEW.count AND found.amount = NEW.amount AND found.in_currency) IS NOT TRUE THEN
            RAISE EXCEPTION 'batch % is not the sum of its payouts', NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'a_batch_is_the_sum_of_its_payouts';
        END IF;
    END IF;
    IF NEW.state = 'settled' AND EXISTS (
            SELECT FROM settlement_payout WHERE batch_id = NEW.id AND state IN ('in_batch', 'sent'))
        OR NEW.state = 'cancelled' AND EXISTS (SELECT FROM settlement_payout WHERE batch_id = NEW.id) THEN
        RAISE EXCEPTION 'batch % still has payouts under way', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_batch_ends_with_its_payouts';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER are_approved_by_enough ON settlement_payoutbatch;
CREATE TRIGGER are_approved_by_enough BEFORE UPDATE OF state ON settlement_payoutbatch
    FOR EACH ROW WHEN (NEW.state IN ('approved', 'sent') AND OLD.state <> NEW.state AND OLD.state <> 'settled')
    EXECUTE FUNCTION batches_are_approved_by_enough();

-- The payout that pays a bill is the one whose item is open, else the last that was to pay it.
CREATE OR REPLACE FUNCTION bills_are_paid_by_payouts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last text;
BEGIN
    SELECT p.state INTO last FROM settlement_payoutitem i
    JOIN settlement_payout p ON p.id = i.payout_id
    WHERE i.bill_id = NEW.id ORDER BY i.is_open DESC, i.id DESC LIMIT 1;
    IF (CASE NEW.state
            WHEN 'paid' THEN last = 'paid'
            WHEN 'payment_failed' THEN last IN ('failed', 'returned')
            ELSE last IN ('planned', 'in_batch', 'sent', 'paid')
        END) IS NOT TRUE
       AND (SELECT b.state FROM settlement_bill b WHERE b.id = NEW.id) = NEW.state THEN
        RAISE EXCEPTION 'bill % is %, and its payout is %', NEW.number, NEW.state, coalesce(last, 'none')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bill_is_paid_by_its_payout';
    END IF;
    RETURN NULL;
END $$;

-- What a payment that never came had paid is outstanding again, and its receivable open. (R5.4)
CREATE OR REPLACE FUNCTION allocations_reduce_what_is_outstanding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM allocated n
               JOIN settlement_recovery r ON r.id = n.recovery_id
               LEFT JOIN settlement_bill b ON b.id = n.bill_id
               WHERE n.seller_id <> r.seller_id
                  OR n.source = 'bill' AND (b.seller_id = n.seller_id
                       AND b.cycle BETWEEN r.window_start AND r.window_end) IS NOT TRUE) THEN
        RAISE EXCEPTION 'an allocation takes from another seller or outside its window'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bills_are_drawn_on_within_the_window';
    END IF;
    IF EXISTS (SELECT FROM allocated n
               JOIN settlement_recovery r ON r.id = n.recovery_id
               JOIN sellers_seller s ON s.id = r.seller_id
               WHERE n.source = 'deposit' AND s.left_at IS NULL
                 AND (r.window_end < s.open_cycle) IS NOT TRUE) THEN
        RAISE EXCEPTION 'a deposit is untouched while bills of the window are to come'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'the_deposit_waits_for_the_window';
    END IF;
    UPDATE settlement_recovery r
        SET outstanding = r.outstanding - n.amount,
            state = CASE WHEN r.outstanding = n.amount THEN 'recovered'
                         WHEN r.state = 'recovered' THEN 'receivable' ELSE r.state END,
            modified_at = now()
        FROM (SELECT recovery_id, sum(amount) AS amount FROM allocated GROUP BY recovery_id) n
        WHERE r.id = n.recovery_id;
    UPDATE settlement_receivable v
        SET state = CASE r.outstanding WHEN 0 THEN 'paid' ELSE 'open' END, modified_at = now()
        FROM settlement_recovery r
        WHERE r.id = v.recovery_id AND (r.outstanding = 0) <> (v.state = 'paid')
          AND r.id IN (SELECT recovery_id FROM allocated);
    RETURN NULL;
END $$;

-- For what a reversed line had brought, and did not come, the two answer who reversed its statement. (R4.4)
CREATE FUNCTION is_of_a_reversed_line(a_number text) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM settlement_bankline l WHERE l.number = a_number AND l.state = 'reversed')
$$;

CREATE OR REPLACE FUNCTION money_moves_by_authority() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    authorised boolean;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'settlement_adjustment' THEN
            authorised := is_authorised('{adjustment,dispute}', NEW.number, NEW.seller_id, NEW.amount);
        WHEN 'settlement_depositmovement' THEN
            authorised := CASE NEW.kind
                WHEN 'reversal' THEN is_of_a_reversed_line(NEW.reference) AND EXISTS (
                    SELECT FROM settlement_depositmovement m
                    WHERE m.seller_id = NEW.seller_id AND m.kind = 'top_up' AND m.reference = NEW.reference
                      AND m.change = -NEW.change)
                ELSE is_authorised('{top_up,penalty,adjustment,return,exit}',
                    NEW.kind || ':' || NEW.reference, NEW.seller_id, NEW.change) END;
        WHEN 'settlement_receivablepayment' THEN
            authorised := CASE WHEN NEW.reverses_id IS NOT NULL THEN EXISTS (
                    SELECT FROM settlement_receivablepayment p
                    WHERE p.id = NEW.reverses_id AND p.receivable_id = NEW.receivable_id
                      AND p.amount = -NEW.amount AND is_of_a_reversed_line(p.reference))
                ELSE is_authorised('{payment}', (SELECT v.number FROM settlement_receivable v
                    WHERE v.id = NEW.receivable_id) || ':' || NEW.reference, NEW.seller_id, NEW.amount) END;
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

DROP TRIGGER by_authority ON settlement_depositmovement;
CREATE TRIGGER by_authority AFTER INSERT ON settlement_depositmovement
    FOR EACH ROW WHEN (NEW.kind IN ('top_up', 'penalty', 'return', 'adjustment', 'reversal'))
    EXECUTE FUNCTION money_moves_by_authority();

-- Who attributes a line may settle it with the next bill: an adjustment that a second person approves as that. (R4.4)
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
                      AND right(NEW.subject, length(q.object_number)) = q.object_number
                   OR q.act = 'bank_line' AND NEW.act = 'adjustment' AND q.arguments ->> 'to' LIKE 'B2%')
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
