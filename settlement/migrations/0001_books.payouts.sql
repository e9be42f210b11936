CREATE SEQUENCE number_of_payout;
CREATE SEQUENCE number_of_payout_batch;

-- What a payout has been asked to pay stays; bills join it while it is planned. (R8.2)
-- A line alone keeps a payout paid that no person paid: without one it is on its way again. What has failed or
-- come back is as before once no line brings it back. (R8.2)
CREATE FUNCTION payouts_keep_what_they_pay() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER keep_what_they_pay BEFORE UPDATE OR DELETE ON settlement_payout
    FOR EACH ROW EXECUTE FUNCTION payouts_keep_what_they_pay();

-- Items are of the payout's seller, say what their bill or movement says, and end with their payout. (R8.2)
-- Items are open again with their payout, where no other pays them.
CREATE FUNCTION payout_items_are_what_is_owed() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER are_what_is_owed BEFORE INSERT OR UPDATE OR DELETE ON settlement_payoutitem
    FOR EACH ROW EXECUTE FUNCTION payout_items_are_what_is_owed();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_payoutitem
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();

-- At commit: a payout is the sum of its items, which are open exactly while it stands. (R8.2)
CREATE FUNCTION a_payout_is_the_sum_of_its_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM settlement_payout p
        WHERE p.id = NEW.id AND (
            p.amount <> (SELECT coalesce(sum(i.net + i.tax), 0) FROM settlement_payoutitem i WHERE i.payout_id = p.id)
            OR EXISTS (SELECT FROM settlement_payoutitem i
                       WHERE i.payout_id = p.id AND i.is_open = (p.state IN ('failed', 'returned'))))) THEN
        RAISE EXCEPTION 'payout % is not the sum of its items', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payout_is_the_sum_of_its_items';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER is_the_sum_of_its_items AFTER INSERT OR UPDATE ON settlement_payout
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION a_payout_is_the_sum_of_its_items();

CREATE FUNCTION a_payout_item_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_payout p
               WHERE p.id = NEW.payout_id AND p.amount <> (
                   SELECT sum(i.net + i.tax) FROM settlement_payoutitem i WHERE i.payout_id = p.id)) THEN
        RAISE EXCEPTION 'an item is not part of its payout''s amount'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payout_is_the_sum_of_its_items';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER is_counted AFTER INSERT ON settlement_payoutitem
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION a_payout_item_is_counted();

-- Money goes only to a certified account of the seller, past its cool-down. By the clock, not by when the
-- transaction began, and as it may differ from the portal's by minutes. (R8.2, R9.1)
CREATE FUNCTION payouts_go_to_certified_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM sellers_bankaccount a
                   WHERE a.id = NEW.bank_account_id AND a.seller_id = NEW.seller_id AND a.state = 'approved'
                     AND a.usable_from <= clock_timestamp() + interval '5 minutes'
                     AND NOT EXISTS (SELECT FROM sellers_bankaccount l
                                     WHERE l.seller_id = a.seller_id AND l.state = 'approved'
                                       AND l.usable_from <= clock_timestamp() - interval '5 minutes'
                                       AND l.version > a.version)) THEN
        RAISE EXCEPTION 'payout % does not go to the certified account', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payout_goes_to_the_certified_account';
    END IF;
    RETURN NEW;
END $$;

-- What was sent stays with the account that it was sent to.
CREATE TRIGGER go_to_certified_accounts BEFORE UPDATE ON settlement_payout
    FOR EACH ROW WHEN (NEW.state IN ('in_batch', 'sent') AND OLD.state IN ('planned', 'in_batch') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION payouts_go_to_certified_accounts();

-- A payout is sent with its batch; what was not sent is paid by a person who answers for it. (R4.4, R8.2)
CREATE FUNCTION payouts_are_paid_by_the_bank_or_a_person() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER are_paid_by_the_bank_or_a_person BEFORE UPDATE ON settlement_payout
    FOR EACH ROW WHEN (NEW.state IN ('sent', 'paid') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION payouts_are_paid_by_the_bank_or_a_person();

-- A batch stays as it was put together; its payouts are its sum when it is approved and when it is sent. (R8.2)
-- A settled batch is open again with a payout that is on its way again.
CREATE FUNCTION batches_keep_what_they_pay() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER keep_what_they_pay BEFORE UPDATE OR DELETE ON settlement_payoutbatch
    FOR EACH ROW EXECUTE FUNCTION batches_keep_what_they_pay();

-- By another than who put it together, by two from the limit on. (R4.4)
CREATE FUNCTION batches_are_approved_by_enough() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed integer;
BEGIN
    SELECT CASE WHEN NEW.amount >= l.amount THEN 2 ELSE 1 END INTO STRICT needed
    FROM settlement_approvallimit l WHERE l.currency = NEW.currency;
    IF (SELECT count(*) FROM settlement_payoutapproval a
        WHERE a.batch_id = NEW.id AND a.operator_id <> NEW.created_by_id
          AND a.created_by_id = NEW.created_by_id) < greatest(needed, NEW.approvals_needed) THEN
        RAISE EXCEPTION 'batch % is not approved by enough', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_batch_is_approved_by_enough';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER are_approved_by_enough BEFORE UPDATE OF state ON settlement_payoutbatch
    FOR EACH ROW WHEN (NEW.state IN ('approved', 'sent') AND OLD.state <> NEW.state AND OLD.state <> 'settled')
    EXECUTE FUNCTION batches_are_approved_by_enough();

CREATE FUNCTION batches_begin_as_drafts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'batch % does not begin as a draft', NEW.number
        USING ERRCODE = 'check_violation', CONSTRAINT = 'a_batch_begins_as_a_draft';
END $$;

CREATE TRIGGER begin_as_drafts BEFORE INSERT ON settlement_payoutbatch
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION batches_begin_as_drafts();

CREATE FUNCTION payouts_begin_as_planned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'payout % does not begin as planned', NEW.number
        USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payout_begins_as_planned';
END $$;

CREATE TRIGGER begin_as_planned BEFORE INSERT ON settlement_payout
    FOR EACH ROW WHEN (NEW.state <> 'planned') EXECUTE FUNCTION payouts_begin_as_planned();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_payoutapproval
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_payoutapproval
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();

-- A bill is paid with its payout, fails with it, and is in payment while one is under way. (R3.3, R8.2)
-- The payout that pays a bill is the one whose item is open, else the last that was to pay it.
CREATE FUNCTION bills_are_paid_by_payouts() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE CONSTRAINT TRIGGER are_paid_by_payouts AFTER UPDATE OF state ON settlement_bill
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NEW.state IN ('payment_processing', 'paid', 'payment_failed'))
    EXECUTE FUNCTION bills_are_paid_by_payouts();
