-- What koogallery/kit/names.py says of names that look the same, for constraints: compatibility forms, case,
-- blanks and what cannot be seen make no other name (R6.3, R8.1, R9.1).
CREATE FUNCTION folded_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(replace(replace(lower(normalize(regexp_replace(name,
        '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]',
        '', 'g'), NFKC)), 'ß', 'ss'), 'ς', 'σ'), '\s+', ' ', 'g'))
$$;

CREATE OR REPLACE FUNCTION a_bank_account_is_the_companys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM sellers_seller s WHERE s.id = NEW.seller_id
          AND folded_name(s.company_name) = folded_name(NEW.account_holder)) THEN
        RAISE EXCEPTION 'bank account % is not held by its company', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bank_account_is_the_companys';
    END IF;
    RETURN NEW;
END $$;
