-- An order keeps the account it was sold to: the first one, once another is reported. (R4.4)
CREATE FUNCTION orders_keep_whom_they_were_sold_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sold_to_account := CASE
        WHEN TG_OP = 'INSERT' THEN NULL
        WHEN OLD.customer_account <> NEW.customer_account
            THEN coalesce(OLD.sold_to_account, OLD.customer_account)
        ELSE OLD.sold_to_account
    END;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_whom_they_were_sold_to
    BEFORE INSERT OR UPDATE OF customer_account, sold_to_account ON sellers_order
    FOR EACH ROW EXECUTE FUNCTION orders_keep_whom_they_were_sold_to();
