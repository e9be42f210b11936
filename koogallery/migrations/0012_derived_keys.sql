-- What a secret in a seller's hands is derived from stays what it is.
CREATE FUNCTION a_derived_key_stays_as_it_was() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a key is derived from never changes'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_derived_key_stays_as_it_was';
END $$;
CREATE TRIGGER stays_as_it_was BEFORE UPDATE OR DELETE ON koogallery_derivedkey
    FOR EACH STATEMENT EXECUTE FUNCTION a_derived_key_stays_as_it_was();
