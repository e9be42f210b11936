-- told: is withdrawn, and its acts say refunded
UPDATE settlement_refund SET state = 'withdrawn', refunded_at = NULL WHERE amount = 30;

-- told: is operator_review, and its acts say refunded
UPDATE settlement_refund SET state = 'operator_review', refunded_at = NULL, approved_at = NULL, closed_at = NULL
WHERE amount = 30;

-- told: is refunded, and its acts say nothing of it
DELETE FROM koogallery_act WHERE object_kind = 'refund';

-- told: is rejected, and its acts say verified
UPDATE settlement_invoice SET state = 'rejected', rejection_reason = 'x' WHERE state = 'verified';

-- told: is under_review, and its acts say verified
UPDATE settlement_invoice SET state = 'under_review', decided_by_id = NULL, decided_at = NULL, verification_reason = ''
WHERE state = 'verified';

-- told: is withdrawn, and its acts say nothing of it
UPDATE settlement_invoice SET state = 'withdrawn' WHERE state = 'under_review';

-- told: is withdrawn, and its acts say accepted
ALTER TABLE settlement_dispute DROP CONSTRAINT an_accepted_difference_has_its_adjustment;
ALTER TABLE settlement_dispute DROP CONSTRAINT an_answered_dispute_has_its_answer;
UPDATE settlement_dispute SET state = 'withdrawn';

-- told: is pending, and its acts say approved
UPDATE koogallery_approvalrequest SET state = 'pending', closed_by_id = NULL, closed_at = NULL;

-- told: bill preview BP-X is approved, and its acts say nothing of it
INSERT INTO settlement_billpreview (number, cycle, everyone, state, sellers_total, lines_expected, digest, created_at, approved_at, approved_by_id)
SELECT 'BP-X', '202403', TRUE, 'approved', 0, 0, 'x', now(), now(), min(id) FROM koogallery_user;

-- told: bill hold BH-X is released, and its acts say nothing of it
INSERT INTO settlement_billhold
    (number, seller_id, reason, held_by_id, release_reason, released_by_id, released_at)
SELECT 'BH-X', s.id, 'x', u.id, 'x', u.id, now()
FROM sellers_seller s, koogallery_user u WHERE s.number = 'A' AND u.username = 'olga';

-- told: is rejected, and its acts say approved
UPDATE sellers_bankaccount SET of_certification = FALSE, state = 'rejected', reason = 'x',
    checked_by_id = NULL, checked_at = NULL, approved_by_id = NULL, approved_at = NULL, usable_from = NULL,
    closed_by_id = requested_by_id, closed_at = now();
