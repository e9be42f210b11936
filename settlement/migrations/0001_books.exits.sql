CREATE SEQUENCE number_of_exit_request;

CREATE FUNCTION exit_requests_are_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{state,answer,decided_by_id,decided_at,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'requested'
        OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'request % stays as it was made, and is decided once', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_exit_request_is_decided_once';
    END IF;
    IF NEW.state = 'granted' AND NOT EXISTS (
        SELECT FROM sellers_seller WHERE id = NEW.seller_id AND left_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the seller of request % has not left', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_granted_exit_has_happened';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER decided_once BEFORE UPDATE OR DELETE ON settlement_exitrequest
    FOR EACH ROW EXECUTE FUNCTION exit_requests_are_decided_once();
