-- By hand, and not taken back by two people as often as that. (R4.4)
CREATE FUNCTION a_person_says_it_is_paid(p settlement_payout) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT count(*) FILTER (WHERE a.act = 'payout')
        > count(*) FILTER (WHERE a.act = 'payout_correction' AND a.second_id IS NOT NULL)
    FROM settlement_authorisation a
    WHERE a.seller_id = p.seller_id AND a.subject LIKE p.number || ':%'
        AND a.amount = p.amount AND a.currency = p.currency
$$;

-- What a payout has been asked to pay stays; bills join it while it is planned. (R8.2)
-- Paid it stays while a line or a person says so: without either it is on its way again, or ends if it never was.
-- What has failed or come back is as before once no line brings it back. (R8.2)
CREATE OR REPLACE FUNCTION payouts_keep_what_they_pay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{state,batch_id,bank_account_id,opening_balance,closing_balance,end_to_end_id,sent_at,paid_at,paid_by_id,'
        'bank_reference,failure_code,failure_detail,failed_at,modified_at}';
    unpaid boolean := false;
    restored boolean := false;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        unpaid := OLD.state = 'paid' AND NEW.state = CASE WHEN OLD.sent_at IS NULL THEN 'failed' ELSE 'sent' END
            AND NEW.paid_by_id IS NULL AND NOT is_on_a_statement(OLD) AND NOT a_person_says_it_is_paid(OLD);
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
        OR OLD.state = 'paid' AND NEW.state IN ('sent', 'failed') AND NOT unpaid THEN
        RAISE EXCEPTION 'payout % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_payout_keeps_what_it_pays';
    END IF;
    RETURN NEW;
END $$;

-- A payout is sent with its batch; what was not sent is paid by a person who answers for it. (R4.4, R8.2)
CREATE OR REPLACE FUNCTION payouts_are_paid_by_the_bank_or_a_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    by_hand boolean := NEW.state = 'paid' AND NEW.paid_by_id IS NOT NULL;
BEGIN
    IF NEW.state = 'sent' AND NOT EXISTS (
            SELECT FROM settlement_payoutbatch b WHERE b.id = NEW.batch_id AND b.state = 'sent')
        OR NEW.state = 'paid' AND NOT by_hand AND OLD.state NOT IN ('sent', 'returned')
        OR by_hand AND NOT a_person_says_it_is_paid(NEW) THEN
        RAISE EXCEPTION 'nobody answers for payout %', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payout_is_paid_by_the_bank_or_a_person';
    END IF;
    RETURN NEW;
END $$;

-- A batch stays as it was put together; its payouts are its sum when it is approved and when it is sent. (R8.2)
-- A settled batch is open again with a payout that is on its way again. The bank pays it on a day that has not
-- passed when it is sent.
CREATE OR REPLACE FUNCTION batches_keep_what_they_pay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{state,approvals_needed,approved_at,sent_at,settled_at,file,modified_at}';
    found record;
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'cancelled' OR OLD.state = 'settled' AND NEW.state <> 'sent'
        OR to_jsonb(OLD) - moving - 'expected_on'::text IS DISTINCT FROM to_jsonb(NEW) - moving - 'expected_on'::text
        OR OLD.expected_on <> NEW.expected_on AND (OLD.state, NEW.state) <> ('approved', 'sent')
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
