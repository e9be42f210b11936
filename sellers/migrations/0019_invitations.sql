-- A place in a company is offered to one address in one role, and answered once (invitations).
CREATE SEQUENCE number_of_invitation;

CREATE FUNCTION an_invitation_stays_as_it_was_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answer text[] := ARRAY['state', 'decided_at', 'accepted_by_id', 'modified_at', 'mail_due_at',
        'mail_attempts', 'digest'];
BEGIN
    -- A person is forgotten: whom an invitation went to, but nothing else of it (erase_person).
    IF TG_OP = 'UPDATE' AND OLD.state <> 'pending' AND NEW.email LIKE '%@erased.invalid'
        AND to_jsonb(OLD) - 'email' = to_jsonb(NEW) - 'email' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'pending' OR to_jsonb(OLD) - answer <> to_jsonb(NEW) - answer THEN
        RAISE EXCEPTION 'invitation % stays as it was made, and is answered once', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_invitation_stays_as_it_was_made';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER made_once BEFORE UPDATE OR DELETE ON sellers_invitation
    FOR EACH ROW EXECUTE FUNCTION an_invitation_stays_as_it_was_made();
