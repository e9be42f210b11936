-- Whoever is named as the second person has agreed, and is another. (R4.4)
SELECT CASE WHEN a.second_id = a.person_id OR NOT CASE
           WHEN a.request_id IS NOT NULL THEN EXISTS (
               SELECT FROM koogallery_approvalrequest q
               JOIN koogallery_approval p ON p.request_id = q.id AND p.operator_id = a.second_id
               WHERE q.id = a.request_id AND q.state = 'approved' AND q.amount = a.amount
                 AND q.currency = a.currency AND q.seller_number = s.number
                 AND q.requested_by_id = a.person_id
                 AND (SELECT count(DISTINCT e.operator_id) FROM koogallery_approval e
                      WHERE e.request_id = q.id AND e.operator_id <> q.requested_by_id)
                     >= greatest(q.approvals_needed, 1))
           WHEN a.act = 'refund' THEN (
               SELECT count(DISTINCT p.operator_id) = 2 FROM settlement_refundapproval p
               JOIN settlement_refund f ON f.id = p.refund_id
               WHERE f.number = a.subject AND p.operator_id IN (a.person_id, a.second_id)
                 AND p.operator_id <> f.requested_by_id)
           WHEN a.act = 'bill' THEN EXISTS (
               SELECT FROM settlement_bill b
               WHERE b.number = a.subject AND was_previewed_by(b, a.second_id))
           ELSE FALSE END
       THEN format('nobody else has agreed to %%s %%s of seller %%s', a.act, a.subject, s.number)
       END AS difference
FROM settlement_authorisation a
JOIN sellers_seller s ON s.id = a.seller_id
WHERE a.second_id IS NOT NULL AND touched(seller, a.seller_id)
