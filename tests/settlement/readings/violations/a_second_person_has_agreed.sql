-- told: nobody else has agreed to adjustment AD
DELETE FROM koogallery_approval;

-- told: of seller C
UPDATE koogallery_approvalrequest SET approvals_needed = 2;

-- told: of seller C
UPDATE koogallery_approvalrequest SET state = 'pending', closed_by_id = NULL, closed_at = NULL;

-- told: of seller C
UPDATE settlement_authorisation SET amount = 12001 WHERE amount = 12000;

-- told: of seller C
ALTER TABLE settlement_authorisation DROP CONSTRAINT the_second_person_is_another;
UPDATE settlement_authorisation SET second_id = person_id WHERE amount = 12000;
