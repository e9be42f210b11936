-- Who had a hand in what is certified: in the seller, its people, its data, its application, or in
-- this certification. Of its data only what it was filled from counts: changed before it was sent in,
-- and since the last one was certified, which changes them itself.
CREATE FUNCTION has_a_hand_in(certified sellers_certification, person bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM koogallery_act act
        JOIN sellers_seller seller ON seller.id = certified.seller_id
        LEFT JOIN sellers_sellerapplication applied ON applied.seller_id = seller.id
        WHERE act.actor_id = person AND (
            act.object_kind = 'certification' AND act.object_number = certified.number
            OR act.object_kind = 'seller_application' AND act.object_number = applied.number
            OR act.object_kind IN ('member', 'invitation') AND act.seller_number = seller.number
            OR act.object_kind = 'seller' AND act.object_number = seller.number
            AND (act.verb = 'recorded' OR act.verb = 'changed' AND act.at <= certified.submitted_at
                AND act.id > coalesce((SELECT max(id) FROM koogallery_act
                    WHERE seller_number = seller.number AND object_kind = 'certification'
                    AND verb = 'certified'), 0))))
$$;
CREATE FUNCTION who_made_a_seller_does_not_certify_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF has_a_hand_in(NEW, NEW.decided_by_id) THEN
        RAISE EXCEPTION 'certification % is decided by who had a hand in it', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'who_made_a_seller_does_not_certify_it';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER decided_by_another AFTER INSERT OR UPDATE OF decided_by_id ON sellers_certification
    FOR EACH ROW WHEN (NEW.decided_by_id IS NOT NULL)
    EXECUTE FUNCTION who_made_a_seller_does_not_certify_it();
