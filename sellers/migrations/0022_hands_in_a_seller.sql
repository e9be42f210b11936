-- What an operator wrote for an earlier attempt stays in the one that revises it, and who made or changed
-- the account of a member can be that member.
CREATE OR REPLACE FUNCTION has_a_hand_in(certified sellers_certification, person bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM koogallery_act act
        JOIN sellers_seller seller ON seller.id = certified.seller_id
        LEFT JOIN sellers_sellerapplication applied ON applied.seller_id = seller.id
        CROSS JOIN LATERAL (
            SELECT coalesce(max(id), 0) AS last FROM koogallery_act
            WHERE seller_number = seller.number AND object_kind = 'certification' AND verb = 'certified'
        ) since
        WHERE act.actor_id = person AND (
            act.object_kind = 'seller_application' AND act.object_number = applied.number
            OR act.object_kind IN ('member', 'invitation') AND act.seller_number = seller.number
            OR act.object_kind = 'person' AND act.object_number IN (
                SELECT left(u.username, 60) FROM sellers_member m JOIN koogallery_user u ON u.id = m.user_id
                WHERE m.seller_id = seller.id)
            OR act.object_kind = 'certification' AND act.seller_number = seller.number
                AND act.verb <> 'rejected' AND act.id > since.last
            OR act.object_kind = 'seller' AND act.object_number = seller.number
                AND (act.verb = 'recorded' OR act.verb = 'changed' AND act.id > since.last
                    AND act.at <= certified.submitted_at)))
$$;
