-- A document stays as it was added; it can be removed from sight, once.
CREATE SEQUENCE number_of_attachment;
CREATE FUNCTION documents_stay_as_they_were() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.removed_at IS NOT NULL
        OR to_jsonb(OLD) - 'removed_at' <> to_jsonb(NEW) - 'removed_at' THEN
        RAISE EXCEPTION 'document % stays as it was added', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'documents_stay_as_they_were';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stay_as_they_were BEFORE UPDATE OR DELETE ON koogallery_attachment
    FOR EACH ROW EXECUTE FUNCTION documents_stay_as_they_were();
