-- What must never be false about approval requests (R4.4), held by PostgreSQL itself.

CREATE FUNCTION approvals_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is on record and stays', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'insert_only';
END $$;
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON koogallery_approval
    FOR EACH ROW EXECUTE FUNCTION approvals_stay();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON koogallery_approval
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_stay();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON koogallery_approvalrequest
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_stay();

-- An approval is of a request that waits, by another than who asked.
CREATE FUNCTION approvals_are_of_this_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM koogallery_approvalrequest q WHERE q.id = NEW.request_id
                   AND q.requested_by_id = NEW.requested_by_id AND q.state = 'pending') THEN
        RAISE EXCEPTION 'request % is not waiting for this approval', NEW.request_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'another_person_approves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER of_this_request BEFORE INSERT ON koogallery_approval
    FOR EACH ROW EXECUTE FUNCTION approvals_are_of_this_request();

-- A request keeps what it asks for; it is decided once, and approved by enough.
CREATE FUNCTION requests_keep_what_they_ask() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] :=
        '{state,closed_by_id,closed_at,rejection_reason,result,modified_at}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' THEN
            RAISE EXCEPTION 'request % begins undecided', NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'a_request_is_approved_by_enough';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving
        OR OLD.state <> 'pending'
           AND to_jsonb(OLD) - '{result,modified_at}'::text[]
               IS DISTINCT FROM to_jsonb(NEW) - '{result,modified_at}'::text[] THEN
        RAISE EXCEPTION 'request % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_request_keeps_what_it_asks';
    END IF;
    IF NEW.state = 'approved' AND (SELECT count(*) FROM koogallery_approval a
                                   WHERE a.request_id = NEW.id) < NEW.approvals_needed THEN
        RAISE EXCEPTION 'request % needs % approvals', NEW.number, NEW.approvals_needed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_request_is_approved_by_enough';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_what_they_ask BEFORE INSERT OR UPDATE OR DELETE ON koogallery_approvalrequest
    FOR EACH ROW EXECUTE FUNCTION requests_keep_what_they_ask();
