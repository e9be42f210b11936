-- What must never be false about sellers who are held back (R1.7).

-- A hold stays as it was said; it is only ever released, once.
CREATE FUNCTION holds_are_released_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    release CONSTANT text[] := '{release_reason,released_by_id,released_at,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.released_at IS NOT NULL
        OR to_jsonb(OLD) - release IS DISTINCT FROM to_jsonb(NEW) - release THEN
        RAISE EXCEPTION 'hold % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_hold_is_released_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER are_released_once BEFORE UPDATE OR DELETE ON settlement_billhold
    FOR EACH ROW EXECUTE FUNCTION holds_are_released_once();

-- Nothing is issued to who is held back. At commit, so that a preview, which is rolled back, can still
-- show what would be issued.
CREATE FUNCTION held_sellers_are_issued_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_billhold h
               WHERE h.seller_id = NEW.seller_id AND h.released_at IS NULL) THEN
        RAISE EXCEPTION 'seller % is held back', NEW.seller_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_held_seller_is_issued_nothing';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER held_sellers_are_issued_nothing
    AFTER INSERT ON settlement_bill DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION held_sellers_are_issued_nothing();

-- Who was held back in a preview before holds stood on their own, and was not issued since.
INSERT INTO settlement_billhold (number, seller_id, preview_id, reason, held_by_id, held_at, release_reason, modified_at)
SELECT 'BH' || lpad(nextval('number_of_bill_hold')::text, 6, '0'), *
FROM (
    SELECT DISTINCT ON (p.seller_id)
           p.seller_id, p.preview_id, coalesce(nullif(p.look_comment, ''), '–'), p.looked_by_id, p.looked_at, '', now()
    FROM settlement_billpreviewseller p
    JOIN settlement_billpreview v ON v.id = p.preview_id
    JOIN sellers_seller s ON s.id = p.seller_id
    WHERE p.look = 'held' AND (s.open_cycle IS NULL OR s.open_cycle <= v.cycle)
    ORDER BY p.seller_id, p.preview_id DESC
) held
