-- A released product can be delisted, never deleted (R9.2).
CREATE FUNCTION products_are_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'product % is delisted, not deleted', OLD.number
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'products_are_never_deleted';
END $$;
CREATE TRIGGER never_deleted BEFORE DELETE ON sellers_product
    FOR EACH ROW EXECUTE FUNCTION products_are_never_deleted();
