-- What moved without a second person stays below the limits of its day, by seller and by person. (R4.4)
SELECT CASE WHEN a.act <> 'refund' AND seller.moved >= a.limit_of_seller
       THEN format('%%s %%s makes it %%s %%s of seller %%s without a second person, of less than %%s',
                   a.act, a.subject, seller.moved, a.currency, s.number, a.limit_of_seller)
       WHEN person.share >= 1
       THEN format('%%s %%s is more than %%s moves alone', a.act, a.subject, u.username)
       END AS difference
FROM settlement_authorisation a
JOIN sellers_seller s ON s.id = a.seller_id
JOIN koogallery_user u ON u.id = a.person_id
CROSS JOIN LATERAL (
    SELECT sum(o.amount) AS moved FROM settlement_authorisation o
    WHERE o.seller_id = a.seller_id AND o.currency = a.currency AND o.second_id IS NULL
      AND o.act <> 'refund' AND o.id <= a.id AND o.at > a.at - make_interval(hours => a.within_hours)
) seller
CROSS JOIN LATERAL (
    SELECT sum(o.amount / o.limit_of_person) AS share FROM settlement_authorisation o
    WHERE o.person_id = a.person_id AND o.second_id IS NULL
      AND o.id <= a.id AND o.at > a.at - make_interval(hours => a.within_hours)
) person
WHERE a.second_id IS NULL AND a.amount > 0 AND touched(seller, a.seller_id)
