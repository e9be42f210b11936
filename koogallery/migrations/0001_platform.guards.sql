-- What a secret in a seller's hands is derived from stays what it is.
CREATE FUNCTION a_derived_key_stays_as_it_was() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a key is derived from never changes'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_derived_key_stays_as_it_was';
END $$;

-- What was done stays on record: nobody changes or removes an act, the owner of the table included.
-- ENABLE ALWAYS: also where triggers are otherwise passed over (session_replication_role = replica).
CREATE FUNCTION an_act_stays_as_it_was() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'acts are recorded once and never changed'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_act_stays_as_it_was';
END $$;

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

CREATE FUNCTION approvals_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is on record and stays', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'insert_only';
END $$;

CREATE FUNCTION documents_stay_as_they_were() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.removed_at IS NOT NULL
        OR to_jsonb(OLD) - 'removed_at' <> to_jsonb(NEW) - 'removed_at' THEN
        RAISE EXCEPTION 'document % stays as it was added', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'documents_stay_as_they_were';
    END IF;
    RETURN NEW;
END $$;

-- Notices are numbered without a gap: a seller's by its number, customers' under none. The plan is pinned: one made
-- while the table was small would read it whole for every row.
CREATE FUNCTION notices_are_counted() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
DECLARE
    counter text := CASE WHEN NEW.recipient = 'customer' THEN '' ELSE NEW.seller_number END;
BEGIN
    INSERT INTO koogallery_noticecount AS count (seller_number, last) VALUES (counter, 1)
    ON CONFLICT (seller_number) DO UPDATE SET last = count.last + 1
    RETURNING last INTO NEW.sequence;
    -- Whoever noted the same before us has committed by now. Then this row conflicts with that one's key,
    -- which the INSERT refuses or ignores as it was told to, and no number is used up.
    IF EXISTS (SELECT FROM koogallery_notice WHERE key = NEW.key) THEN
        UPDATE koogallery_noticecount SET last = last - 1 WHERE seller_number = counter;
    END IF;
    RETURN NEW;
END $$;

-- A place in the platform's sequence is given once, after the notice was written; all else stays.
CREATE FUNCTION notices_stay_as_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.key, OLD.kind, OLD.seller_number, OLD.sequence, OLD.recipient, OLD.customer_account,
            OLD.customer_name, OLD.customer_email, OLD.subject, OLD.facts, OLD.created_at)
        IS DISTINCT FROM (NEW.key, NEW.kind, NEW.seller_number, NEW.sequence, NEW.recipient,
            NEW.customer_account, NEW.customer_name, NEW.customer_email, NEW.subject, NEW.facts,
            NEW.created_at)
        OR OLD.platform_sequence IS NOT NULL
            AND OLD.platform_sequence IS DISTINCT FROM NEW.platform_sequence
        OR OLD.acknowledged_at IS NOT NULL
            AND (OLD.acknowledged_at, OLD.acknowledged_by_id)
                IS DISTINCT FROM (NEW.acknowledged_at, NEW.acknowledged_by_id) THEN
        RAISE EXCEPTION 'notice % has been told and stays', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_notice_stays_as_told';
    END IF;
    RETURN NEW;
END $$;

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

CREATE TRIGGER an_act_stays_as_it_was BEFORE UPDATE OR DELETE ON koogallery_act
    FOR EACH STATEMENT EXECUTE FUNCTION an_act_stays_as_it_was();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON koogallery_act
    FOR EACH STATEMENT EXECUTE FUNCTION an_act_stays_as_it_was();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON koogallery_approval
    FOR EACH ROW EXECUTE FUNCTION approvals_stay();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON koogallery_approval
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_stay();
CREATE TRIGGER of_this_request BEFORE INSERT ON koogallery_approval
    FOR EACH ROW EXECUTE FUNCTION approvals_are_of_this_request();
CREATE TRIGGER keep_what_they_ask BEFORE INSERT OR UPDATE OR DELETE ON koogallery_approvalrequest
    FOR EACH ROW EXECUTE FUNCTION requests_keep_what_they_ask();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON koogallery_approvalrequest
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_stay();
CREATE TRIGGER stay_as_they_were BEFORE UPDATE OR DELETE ON koogallery_attachment
    FOR EACH ROW EXECUTE FUNCTION documents_stay_as_they_were();
CREATE TRIGGER stays_as_it_was BEFORE UPDATE OR DELETE ON koogallery_derivedkey
    FOR EACH STATEMENT EXECUTE FUNCTION a_derived_key_stays_as_it_was();
CREATE TRIGGER notices_are_counted BEFORE INSERT ON koogallery_notice
    FOR EACH ROW EXECUTE FUNCTION notices_are_counted();
CREATE TRIGGER notices_stay_as_told BEFORE UPDATE OR DELETE ON koogallery_notice
    FOR EACH ROW EXECUTE FUNCTION notices_stay_as_told();

ALTER TABLE koogallery_act ENABLE ALWAYS TRIGGER an_act_stays_as_it_was;
ALTER TABLE koogallery_act ENABLE ALWAYS TRIGGER never_emptied;
ALTER TABLE koogallery_noticecount SET (fillfactor = 50);
