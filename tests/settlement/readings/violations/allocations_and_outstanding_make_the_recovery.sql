-- told: recovery RC
UPDATE settlement_recovery SET outstanding = outstanding - 1 WHERE state = 'receivable';

-- told: recovery RC
UPDATE settlement_allocation SET amount = amount + 1 WHERE source = 'payment';

-- told: recovery RC
DELETE FROM settlement_allocation WHERE source = 'deposit';

-- told: recovery RC
UPDATE settlement_allocation SET seller_id = (SELECT id FROM sellers_seller WHERE number = 'B');

-- told: recovery RC
ALTER TABLE settlement_recovery DROP CONSTRAINT recovered_means_nothing_outstanding;
UPDATE settlement_recovery SET state = 'recovered';
