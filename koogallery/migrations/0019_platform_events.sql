-- The platform's sequence over all notices (R10). Those of before in the order they were written, each counter's in
-- its own; what customers were notified of before addresses were known is mailed to nobody.
ALTER TABLE koogallery_notice DISABLE TRIGGER notices_stay_as_told;
UPDATE koogallery_notice n SET platform_sequence = counted.number
FROM (
    SELECT id, row_number() OVER (ORDER BY place, sequence) AS number
    FROM (SELECT id, sequence,
                 max(id) OVER (PARTITION BY recipient, CASE recipient WHEN 'seller' THEN seller_number END
                               ORDER BY sequence) AS place
          FROM koogallery_notice) waiting
) counted
WHERE counted.id = n.id;
UPDATE koogallery_notice SET addressed_at = created_at WHERE recipient = 'customer' AND addressed_at IS NULL;
INSERT INTO koogallery_noticecount (seller_number, last)
SELECT '*', count(*) FROM koogallery_notice HAVING count(*) > 0;
ALTER TABLE koogallery_notice ENABLE TRIGGER notices_stay_as_told;

-- As in 0017_customer_notices.sql; a place in the platform's sequence is given once, after the notice was written.
CREATE OR REPLACE FUNCTION notices_stay_as_told() RETURNS trigger LANGUAGE plpgsql AS $$
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
