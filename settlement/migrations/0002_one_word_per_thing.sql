CREATE OR REPLACE FUNCTION names_account(i settlement_invoice, b sellers_bankaccount) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
    SELECT b.seller_id = i.seller_id
       AND bare_text(b.account_number) = bare_text(i.account_number)
       AND bare_swift(b.swift_code) = bare_swift(i.swift_code)
       AND folded_name(b.account_holder) = folded_name(i.account_holder)
$$;
