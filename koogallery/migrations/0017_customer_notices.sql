-- What customers are told is counted over all of them together, without gaps, and acknowledged once (R4.5).
ALTER TABLE koogallery_notice DISABLE TRIGGER notices_stay_as_told;
UPDATE koogallery_notice n SET sequence = counted.place
FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS place
      FROM koogallery_notice WHERE recipient = 'customer') counted
WHERE counted.id = n.id;
INSERT INTO koogallery_noticecount (seller_number, last)
SELECT '', count(*) FROM koogallery_notice WHERE recipient = 'customer' HAVING count(*) > 0;
ALTER TABLE koogallery_notice ENABLE TRIGGER notices_stay_as_told;

-- As in 0005_counted_notices.sql, customers under no seller's number. The plan is pinned: one made while the
-- table was small would read it whole for every row.
CREATE OR REPLACE FUNCTION notices_are_counted() RETURNS trigger LANGUAGE plpgsql
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

-- What was told stays as it was told; only that it was mailed or acknowledged is noted later, that once.
CREATE OR REPLACE FUNCTION notices_stay_as_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.key, OLD.kind, OLD.seller_number, OLD.sequence, OLD.recipient, OLD.customer_account,
            OLD.customer_name, OLD.subject, OLD.facts, OLD.created_at)
        IS DISTINCT FROM (NEW.key, NEW.kind, NEW.seller_number, NEW.sequence, NEW.recipient,
            NEW.customer_account, NEW.customer_name, NEW.subject, NEW.facts, NEW.created_at)
        OR OLD.acknowledged_at IS NOT NULL
            AND (OLD.acknowledged_at, OLD.acknowledged_by_id)
                IS DISTINCT FROM (NEW.acknowledged_at, NEW.acknowledged_by_id) THEN
        RAISE EXCEPTION 'notice % has been told and stays', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_notice_stays_as_told';
    END IF;
    RETURN NEW;
END $$;
