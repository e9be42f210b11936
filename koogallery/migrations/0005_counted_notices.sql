-- A seller's notices are counted from 1, without gaps and in the order they are committed (R10), so that
-- whoever has read through 41 and next sees 43 knows that 42 is missing, not late.

-- Notices of before: in the order they were written.
UPDATE koogallery_notice n SET sequence = counted.place
FROM (SELECT id, row_number() OVER (PARTITION BY seller_number ORDER BY created_at, id) AS place
      FROM koogallery_notice WHERE recipient = 'seller') counted
WHERE counted.id = n.id;
INSERT INTO koogallery_noticecount (seller_number, last)
SELECT seller_number, max(sequence) FROM koogallery_notice WHERE recipient = 'seller' GROUP BY seller_number;

-- One row per seller holds the count. Its lock is kept until commit: who comes later waits, so a number
-- is never visible before its predecessor, and a rolled back act gives its number back.
ALTER TABLE koogallery_noticecount SET (fillfactor = 50);
CREATE FUNCTION notices_are_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.recipient <> 'seller' THEN
        NEW.sequence := NULL;
        RETURN NEW;
    END IF;
    INSERT INTO koogallery_noticecount AS count (seller_number, last) VALUES (NEW.seller_number, 1)
    ON CONFLICT (seller_number) DO UPDATE SET last = count.last + 1
    RETURNING last INTO NEW.sequence;
    -- Whoever noted the same before us has committed by now. Then this row conflicts with that one's key,
    -- which the INSERT refuses or ignores as it was told to, and no number is used up.
    IF EXISTS (SELECT FROM koogallery_notice WHERE key = NEW.key) THEN
        UPDATE koogallery_noticecount SET last = last - 1 WHERE seller_number = NEW.seller_number;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_are_counted BEFORE INSERT ON koogallery_notice
    FOR EACH ROW EXECUTE FUNCTION notices_are_counted();

-- What was told stays as it was told; only that it has been mailed is noted later.
CREATE FUNCTION notices_stay_as_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.key, OLD.kind, OLD.seller_number, OLD.sequence, OLD.recipient, OLD.customer_account,
            OLD.subject, OLD.facts, OLD.created_at)
        IS DISTINCT FROM (NEW.key, NEW.kind, NEW.seller_number, NEW.sequence, NEW.recipient,
            NEW.customer_account, NEW.subject, NEW.facts, NEW.created_at) THEN
        RAISE EXCEPTION 'notice % has been told and stays', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_notice_stays_as_told';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_stay_as_told BEFORE UPDATE OR DELETE ON koogallery_notice
    FOR EACH ROW EXECUTE FUNCTION notices_stay_as_told();
