-- An account is its number at its bank in its holder's name (R8.1): the same digits elsewhere are another.

-- The head office's code stands for itself with and without its branch, XXX.
CREATE FUNCTION bare_swift(a_code text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT regexp_replace(bare_text(a_code), '^(.{8})xxx$', '\1')
$$;

CREATE FUNCTION names_account(i settlement_invoice, b sellers_bankaccount) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
    SELECT b.seller_id = i.seller_id
       AND bare_text(b.account_number) = bare_text(i.bank_account)
       AND bare_swift(b.swift_code) = bare_swift(i.swift)
       AND folded_name(b.account_holder) = folded_name(i.beneficiary)
$$;

-- In use, or approved and cooling down; what was superseded is another account.
CREATE FUNCTION names_certified_account(i settlement_invoice) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (
        SELECT FROM sellers_bankaccount b
        WHERE b.seller_id = i.seller_id AND b.state = 'approved' AND names_account(i, b)
          AND b.version >= coalesce((
              SELECT max(u.version) FROM sellers_bankaccount u
              WHERE u.seller_id = i.seller_id AND u.state = 'approved' AND u.usable_from <= now()), 0))
$$;

CREATE OR REPLACE FUNCTION another_account_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT names_certified_account(NEW) AND NOT EXISTS (
        SELECT FROM settlement_authorisation a
        WHERE a.seller_id = NEW.seller_id AND a.act = 'invoice' AND a.subject = NEW.number
          AND a.amount = NEW.amount AND a.second_id IS NOT NULL
          AND NEW.submitted_by_id NOT IN (a.person_id, a.second_id)) THEN
        RAISE EXCEPTION 'invoice % names another bank account', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'another_account_takes_two';
    END IF;
    RETURN NEW;
END $$;

DROP FUNCTION is_certified_account(bigint, text);
