-- As koogallery.kit.money.MINOR_UNITS has it.
CREATE FUNCTION minor_unit(a_currency text) RETURNS int IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN a_currency IN ('CLP', 'JPY', 'KRW', 'VND') THEN 0
                WHEN a_currency IN ('BHD', 'KWD', 'OMR') THEN 3
                ELSE 2 END
$$;

CREATE FUNCTION taxes_make_the_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    invoice settlement_invoice;
    found record;
BEGIN
    SELECT * INTO invoice FROM settlement_invoice
    WHERE id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
    SELECT sum(net) AS net, sum(tax) AS tax,
           bool_and(tax = round(net * rate, minor_unit(invoice.currency))) AS computed
    INTO found FROM settlement_invoicetax WHERE invoice_id = invoice.id;
    IF (found.net = invoice.amount AND found.tax = invoice.tax AND found.computed) IS NOT TRUE THEN
        RAISE EXCEPTION 'the taxes of invoice % do not make it', invoice.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taxes_make_the_invoice';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER taxes_make_the_invoice
    AFTER INSERT ON settlement_invoice DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION taxes_make_the_invoice('id');
CREATE CONSTRAINT TRIGGER taxes_make_the_invoice
    AFTER INSERT ON settlement_invoicetax DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION taxes_make_the_invoice('invoice_id');
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_invoicetax
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_invoicetax
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
CREATE SEQUENCE number_of_self_billing_consent;

CREATE FUNCTION consents_end_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{ended_by_id,ended_at,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
        OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'consent % stays as it was given, and ends once', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_consent_ends_once';
    END IF;
    RETURN NEW;
END $$;

-- The seller's row is held by who issues it, so the last number is known.
CREATE FUNCTION self_billed_numbers_have_no_gaps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    invoice settlement_invoice;
    consent settlement_selfbillingconsent;
BEGIN
    SELECT * INTO invoice FROM settlement_invoice WHERE id = NEW.invoice_id;
    SELECT * INTO consent FROM settlement_selfbillingconsent WHERE id = NEW.consent_id FOR SHARE;
    IF (NEW.seller_id = invoice.seller_id AND NEW.seller_id = consent.seller_id
        AND consent.ended_at IS NULL) IS NOT TRUE THEN
        RAISE EXCEPTION 'the seller of invoice % has not consented', invoice.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_self_billed_invoice_has_its_consent';
    END IF;
    IF NEW.serial <> 1 + (SELECT coalesce(max(serial), 0) FROM settlement_selfbilledinvoice
                          WHERE seller_id = NEW.seller_id AND year = NEW.year) THEN
        RAISE EXCEPTION 'invoice % is not the next of its seller and year', invoice.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'self_billed_numbers_have_no_gaps';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER end_once BEFORE UPDATE OR DELETE ON settlement_selfbillingconsent
    FOR EACH ROW EXECUTE FUNCTION consents_end_once();
CREATE TRIGGER have_no_gaps BEFORE INSERT ON settlement_selfbilledinvoice
    FOR EACH ROW EXECUTE FUNCTION self_billed_numbers_have_no_gaps();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_selfbilledinvoice
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_selfbilledinvoice
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
