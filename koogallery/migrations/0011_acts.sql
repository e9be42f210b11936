-- What was done stays on record: nobody changes or removes an act, the owner of the table included.
-- ENABLE ALWAYS: also where triggers are otherwise passed over (session_replication_role = replica).
CREATE FUNCTION an_act_stays_as_it_was() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'acts are recorded once and never changed'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_act_stays_as_it_was';
END $$;

CREATE TRIGGER an_act_stays_as_it_was BEFORE UPDATE OR DELETE ON koogallery_act
    FOR EACH STATEMENT EXECUTE FUNCTION an_act_stays_as_it_was();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON koogallery_act
    FOR EACH STATEMENT EXECUTE FUNCTION an_act_stays_as_it_was();
ALTER TABLE koogallery_act ENABLE ALWAYS TRIGGER an_act_stays_as_it_was;
ALTER TABLE koogallery_act ENABLE ALWAYS TRIGGER never_emptied;
