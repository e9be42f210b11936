-- What must never be false about applications, certifications and bank accounts (R9.1, R9.2).
CREATE SEQUENCE number_of_seller_application;
CREATE SEQUENCE number_of_certification;
CREATE SEQUENCE number_of_bank_account;
CREATE SEQUENCE number_of_product_application;

-- What was sent in stays as it was sent, what was decided stays decided. While an operator has it, only
-- the decision is written; taken back it is a draft again.
CREATE FUNCTION what_was_submitted_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := ARRAY['state', 'decided_by_id', 'decided_at', 'reason', 'modified_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.state = 'draft' THEN
        decision := decision || ARRAY['submitted_by_id', 'submitted_at'];
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state = 'approved' AND to_jsonb(OLD) ->> TG_ARGV[0] IS NULL THEN
        decision := decision || ARRAY[TG_ARGV[0]];
    END IF;
    IF TG_OP = 'DELETE' OR OLD.number <> NEW.number
        OR OLD.state <> 'draft' AND (
            OLD.state IN ('approved', 'certified', 'rejected', 'discarded')
            OR to_jsonb(OLD) - decision IS DISTINCT FROM to_jsonb(NEW) - decision) THEN
        RAISE EXCEPTION '% stays as it was submitted', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'what_was_submitted_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER submitted_stays BEFORE UPDATE OR DELETE ON sellers_sellerapplication
    FOR EACH ROW EXECUTE FUNCTION what_was_submitted_stays('seller_id');
CREATE TRIGGER submitted_stays BEFORE UPDATE OR DELETE ON sellers_certification
    FOR EACH ROW EXECUTE FUNCTION what_was_submitted_stays('');
CREATE TRIGGER submitted_stays BEFORE UPDATE OR DELETE ON sellers_productapplication
    FOR EACH ROW EXECUTE FUNCTION what_was_submitted_stays('product_id');

ALTER TABLE sellers_productapplication
    ADD CONSTRAINT an_application_is_of_its_products_seller
    FOREIGN KEY (product_id, seller_id) REFERENCES sellers_product (id, seller_id);

-- Three rejections one after the other lock (R9.1): neither a certification nor an unlocking between.
-- The seller's row serialises those who count.
CREATE FUNCTION rejections_in_a_row(of_seller bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM sellers_certification c
    WHERE c.seller_id = of_seller AND c.state = 'rejected' AND c.decided_at > greatest(
        (SELECT max(decided_at) FROM sellers_certification
         WHERE seller_id = of_seller AND state = 'certified'),
        (SELECT max(at) FROM sellers_certificationunlock WHERE seller_id = of_seller),
        '-infinity')
$$;
CREATE FUNCTION three_rejections_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sellers_seller WHERE id = NEW.seller_id FOR NO KEY UPDATE;
    IF rejections_in_a_row(NEW.seller_id) >= 3 THEN
        RAISE EXCEPTION 'certification % follows three rejections', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'three_rejections_lock';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER locked_after_rejections BEFORE INSERT ON sellers_certification
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION three_rejections_lock();
CREATE TRIGGER locked_after_rejections_of_a_draft BEFORE UPDATE ON sellers_certification
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state NOT IN ('draft', 'discarded'))
    EXECUTE FUNCTION three_rejections_lock();

CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON sellers_certificationunlock
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();

-- A version of a bank account says for ever where money goes; only its decision is written, each part
-- once, and its first day of use never comes nearer.
CREATE FUNCTION bank_details_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := ARRAY['state', 'modified_at', 'checked_by_id', 'checked_at', 'approved_by_id',
        'approved_at', 'usable_from', 'closed_by_id', 'closed_at', 'reason'];
    was jsonb;
    field text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        was := to_jsonb(OLD);
        FOREACH field IN ARRAY decision[3:9] LOOP
            IF was ->> field IS NOT NULL AND was -> field IS DISTINCT FROM to_jsonb(NEW) -> field THEN
                decision := array_remove(decision, field);
            END IF;
        END LOOP;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state IN ('rejected', 'withdrawn', 'stopped')
        OR was - decision IS DISTINCT FROM to_jsonb(NEW) - decision THEN
        RAISE EXCEPTION 'bank account % stays as it was written', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'bank_details_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER details_stay BEFORE UPDATE OR DELETE ON sellers_bankaccount
    FOR EACH ROW EXECUTE FUNCTION bank_details_stay();

-- Money goes to the company itself, and to nobody of another name (R9.1).
CREATE FUNCTION a_bank_account_is_the_companys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM sellers_seller s WHERE s.id = NEW.seller_id
          AND upper(regexp_replace(trim(s.company_name), '\s+', ' ', 'g'))
            = upper(regexp_replace(trim(NEW.account_holder), '\s+', ' ', 'g'))) THEN
        RAISE EXCEPTION 'bank account % is not held by its company', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bank_account_is_the_companys';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER the_companys BEFORE INSERT ON sellers_bankaccount
    FOR EACH ROW EXECUTE FUNCTION a_bank_account_is_the_companys();
