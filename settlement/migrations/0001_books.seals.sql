-- What a close, or the schedule, seals at once; the number that its changes and seals share.
CREATE SEQUENCE batch_of_seals;

-- A change is put into its seals once, a seal under its root; nothing else of either moves (R7.3).
CREATE FUNCTION seals_stay_as_they_are() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text := TG_ARGV[0];
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) ->> moving IS NOT NULL
        OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'what is sealed stays as it is'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'seals_stay_as_they_are';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER stay_as_they_are BEFORE UPDATE OR DELETE ON settlement_sealedchange
    FOR EACH ROW EXECUTE FUNCTION seals_stay_as_they_are('batch');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_sealedchange
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER stay_as_they_are BEFORE UPDATE OR DELETE ON settlement_seal
    FOR EACH ROW EXECUTE FUNCTION seals_stay_as_they_are('root_id');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_seal
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_sealroot
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_sealroot
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
