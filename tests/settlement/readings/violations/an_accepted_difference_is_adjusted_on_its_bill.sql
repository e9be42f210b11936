-- told: of B202401-B is accepted with a difference of 4.000
UPDATE settlement_adjustment SET amount = 5 WHERE amount = 4;

-- told: of B202401-A is over 4.000
UPDATE settlement_adjustment SET bill_id = (SELECT id FROM settlement_bill WHERE number = 'B202401-A')
WHERE amount = 4;

-- told: of B202401-B is accepted with a difference of 3.000
UPDATE settlement_dispute SET difference = 3;

-- told: is accepted with a difference of 4.000; its adjustment (missing)
ALTER TABLE settlement_dispute DROP CONSTRAINT an_accepted_difference_has_its_adjustment;
UPDATE settlement_dispute SET adjustment_id = NULL;

-- told: of B202401-B is declined with a difference of 4.000
ALTER TABLE settlement_dispute DROP CONSTRAINT an_accepted_difference_has_its_adjustment;
UPDATE settlement_dispute SET state = 'declined';

-- told: of B202401-A is accepted with a difference of 4.000
UPDATE settlement_dispute SET bill_id = (SELECT id FROM settlement_bill WHERE number = 'B202401-A');
