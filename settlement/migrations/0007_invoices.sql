-- What must never be false about invoices (R8.1), held by PostgreSQL itself.

-- What the bill's counted invoices ask for, and whether all of them are verified.
CREATE FUNCTION invoiced(a_bill bigint, OUT total numeric, OUT verified boolean) STABLE LANGUAGE sql AS $$
    SELECT coalesce(sum(amount), 0), coalesce(bool_and(state = 'verified'), false)
    FROM settlement_invoice
    WHERE bill_id = a_bill AND state IN ('received', 'under_review', 'verified')
$$;

-- The bill is held until the end of the transaction: of two invoices at once one sees the other.
CREATE FUNCTION invoices_keep_to_their_bill() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bill settlement_bill;
BEGIN
    SELECT * INTO bill FROM settlement_bill WHERE id = NEW.bill_id FOR NO KEY UPDATE;
    IF (bill.seller_id, bill.currency) IS DISTINCT FROM (NEW.seller_id, NEW.currency) THEN
        RAISE EXCEPTION 'invoice % is not of its bill''s seller and currency', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_invoice_is_of_its_bills_seller_and_currency';
    END IF;
    IF TG_OP = 'INSERT' AND bill.state <> 'pending_invoice' THEN
        RAISE EXCEPTION 'bill % is %, it waits for no invoice', bill.number, bill.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_invoice_is_for_a_bill_that_waits_for_it';
    END IF;
    IF (SELECT total FROM invoiced(NEW.bill_id)) > bill.net_payable THEN
        RAISE EXCEPTION 'the invoices of bill % ask for more than %', bill.number, bill.net_payable
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_stay_within_net_payable';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_to_their_bill AFTER INSERT OR UPDATE ON settlement_invoice
    FOR EACH ROW EXECUTE FUNCTION invoices_keep_to_their_bill();

-- An invoice keeps its facts, and what was decided about it is final.
CREATE FUNCTION invoices_keep_their_facts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{state,rejection_reason,decided_by_id,decided_at,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('verified', 'rejected', 'withdrawn')
        OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'invoice % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_invoice_keeps_its_facts';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_their_facts BEFORE UPDATE OR DELETE ON settlement_invoice
    FOR EACH ROW EXECUTE FUNCTION invoices_keep_their_facts();

-- A bill goes on only when it is invoiced to the cent, and is paid only on verified invoices.
CREATE FUNCTION bills_go_on_with_their_invoices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    SELECT * INTO found FROM invoiced(NEW.id);
    IF found.total <> NEW.net_payable THEN
        RAISE EXCEPTION 'bill % pays %, its invoices ask for %', NEW.number, NEW.net_payable, found.total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_add_up_to_net_payable';
    END IF;
    IF NEW.state = 'payment_processing' AND NOT found.verified THEN
        RAISE EXCEPTION 'the invoices of bill % are not all verified', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bill_is_paid_on_verified_invoices';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER go_on_with_their_invoices BEFORE UPDATE OF state ON settlement_bill
    FOR EACH ROW
    WHEN (OLD.state = 'pending_invoice' AND NEW.state = 'invoice_under_review'
          OR OLD.state = 'invoice_under_review' AND NEW.state = 'payment_processing')
    EXECUTE FUNCTION bills_go_on_with_their_invoices();

-- Bills that waited for an invoice before there were lists: due one month from today.
INSERT INTO settlement_invoicinglist (bill_id, seller_id, opened_at, due_on)
SELECT id, seller_id, now(), (now() + interval '1 month')::date
FROM settlement_bill
WHERE state = 'pending_invoice';
