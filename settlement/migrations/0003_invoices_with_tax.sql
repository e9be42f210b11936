-- As koogallery.kit.money.MINOR_UNITS has it.
CREATE FUNCTION minor_unit(a_currency text) RETURNS int IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN a_currency IN ('CLP', 'JPY', 'KRW', 'VND') THEN 0
                WHEN a_currency IN ('BHD', 'KWD', 'OMR') THEN 3
                ELSE 2 END
$$;

INSERT INTO settlement_invoicetax (invoice_id, rate, net, tax)
SELECT id, 0, amount, 0 FROM settlement_invoice;
SET CONSTRAINTS ALL IMMEDIATE;

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

-- Tax is paid on top, so who answers for another account answers for the gross amount.
CREATE OR REPLACE FUNCTION another_account_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT names_certified_account(NEW) AND NOT EXISTS (
        SELECT FROM settlement_authorisation a
        WHERE a.seller_id = NEW.seller_id AND a.act = 'invoice' AND a.subject = NEW.number
          AND a.amount = NEW.amount + NEW.tax AND a.second_id IS NOT NULL
          AND NEW.submitted_by_id NOT IN (a.person_id, a.second_id)) THEN
        RAISE EXCEPTION 'invoice % names another bank account', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'another_account_takes_two';
    END IF;
    RETURN NEW;
END $$;
