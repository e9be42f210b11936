-- How often lines of statements show a payout leaving: alone, or as a part of its batch. (R8.2)
CREATE FUNCTION times_it_left(p settlement_payout) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT (SELECT count(*) FROM settlement_bankline l WHERE l.payout_id = p.id AND l.purpose = 'payout')
        + (SELECT count(*) FROM settlement_bankline l
           JOIN sellers_seller s ON s.id = p.seller_id
           JOIN settlement_journal j ON j.key = 'bank_line_cleared:' || l.number || ':' || s.number
           WHERE l.batch_id = p.batch_id AND l.purpose = 'batch')
$$;

CREATE OR REPLACE FUNCTION bank_lines_are_over_what_they_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF is_over_what_it_names(NEW) IS NOT TRUE THEN
        RAISE EXCEPTION 'bank line % is not over what it names', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bank_line_is_over_what_it_names';
    END IF;
    IF NEW.state = 'attributed' AND NEW.purpose IN ('payout', 'return')
       AND NOT is_authorised('{attribution}', NEW.number, NEW.seller_id, NEW.amount - NEW.charges) THEN
        RAISE EXCEPTION 'nobody answers for bank line %', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_moves_by_authority';
    END IF;
    IF NEW.purpose = 'payout' AND (SELECT times_it_left(p) FROM settlement_payout p WHERE p.id = NEW.payout_id) > 0 THEN
        RAISE EXCEPTION 'another line shows the payout of bank line % leaving', NEW.number
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'a_payout_leaves_the_bank_once';
    END IF;
    RETURN NEW;
END $$;
