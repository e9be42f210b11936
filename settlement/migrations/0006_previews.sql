-- What must never be false about previews and the runs that issue them (R1.6, R1.7).

-- What was previewed stays as it was; only the look at it changes, and only until it is approved.
CREATE FUNCTION previews_keep_what_they_show() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    looks CONSTANT text[] := '{look,look_comment,looked_by_id,looked_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'pending' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - looks IS DISTINCT FROM to_jsonb(NEW) - looks
        OR (SELECT state FROM settlement_billpreview WHERE id = OLD.preview_id) = 'approved' THEN
        RAISE EXCEPTION 'preview % no longer changes in this way', OLD.preview_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_preview_keeps_what_it_shows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_what_they_show BEFORE UPDATE OR DELETE ON settlement_billpreviewseller
    FOR EACH ROW EXECUTE FUNCTION previews_keep_what_they_show();

CREATE FUNCTION approved_previews_were_looked_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'approved' AND OLD IS DISTINCT FROM NEW
        OR (OLD.number, OLD.cycle, OLD.everyone) IS DISTINCT FROM (NEW.number, NEW.cycle, NEW.everyone)
        OR OLD.digest <> '' AND OLD.digest <> NEW.digest THEN
        RAISE EXCEPTION 'preview % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_preview_keeps_what_it_shows';
    END IF;
    IF NEW.state = 'approved' AND (OLD.state <> 'ready' OR EXISTS (
        SELECT FROM settlement_billpreviewseller p
        WHERE p.preview_id = NEW.id AND (p.look = 'due' OR p.state = 'pending'))) THEN
        RAISE EXCEPTION 'preview % was not looked at', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_approved_preview_was_looked_at';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER were_looked_at BEFORE UPDATE OR DELETE ON settlement_billpreview
    FOR EACH ROW EXECUTE FUNCTION approved_previews_were_looked_at();

-- A run issues an approved preview of its cycle, or was asked for without one; that stays so.
CREATE FUNCTION runs_issue_approved_previews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.preview_id IS DISTINCT FROM NEW.preview_id
        OR NEW.preview_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM settlement_billpreview p
            WHERE p.id = NEW.preview_id AND p.cycle = NEW.cycle AND p.state = 'approved') THEN
        RAISE EXCEPTION 'run % has no approved preview of its cycle', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_run_issues_an_approved_preview';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER issue_approved_previews BEFORE INSERT OR UPDATE OF preview_id, cycle ON settlement_billrun
    FOR EACH ROW EXECUTE FUNCTION runs_issue_approved_previews();

-- Such a run expects something of every seller, unless the cycle was closed before.
CREATE FUNCTION parts_expect_what_was_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.expected = '' AND NEW.content <> encode(sha256(''), 'hex')
        AND EXISTS (SELECT FROM settlement_billrun r WHERE r.id = NEW.run_id AND r.preview_id IS NOT NULL) THEN
        RAISE EXCEPTION 'run % issues to seller % what nobody approved', NEW.run_id, NEW.seller_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_part_issues_what_was_approved';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER expect_what_was_approved BEFORE UPDATE ON settlement_billrunseller
    FOR EACH ROW WHEN (NEW.state = 'done') EXECUTE FUNCTION parts_expect_what_was_approved();
