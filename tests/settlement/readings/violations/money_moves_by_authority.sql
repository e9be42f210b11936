-- told: nobody answers for adjustment AD
DELETE FROM settlement_authorisation WHERE act = 'adjustment' AND amount = 500;

-- told: nobody answers for top_up top_up:transfer
DELETE FROM settlement_authorisation WHERE act = 'top_up';

-- told: penalty penalty:late delivery of seller A is over 1.000 USD; 2.000 USD were answered for
UPDATE settlement_authorisation SET amount = 2 WHERE act = 'penalty';

-- told: nobody answers for payment
DELETE FROM settlement_authorisation WHERE act = 'payment';

-- told: bill B202401-B of seller B is over 85.000 USD; 84.000 USD were answered for
UPDATE settlement_authorisation SET amount = 84 WHERE subject = 'B202401-B';

-- told: nobody answers for refund RF
DELETE FROM settlement_authorisation WHERE act = 'refund';
