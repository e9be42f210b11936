-- told: B202403-A
SET LOCAL session_replication_role = replica;
DELETE FROM settlement_adjustment WHERE kind = 'carry_over';

-- told: B202403-A
UPDATE settlement_adjustment SET amount = amount + 1 WHERE kind = 'carry_over';

-- told: B202401-A
UPDATE settlement_adjustment SET kind = 'carry_over'
WHERE id = (SELECT min(id) FROM settlement_adjustment WHERE kind = 'difference');

-- told: B202403-C
UPDATE settlement_recovery SET amount = amount - 1 WHERE number = 'RC202403-C';

-- told: bill B202403-C settles -280.000, 280.000 of what was carried in is uncovered
DELETE FROM settlement_receivable WHERE number = 'RV202403-C';
DELETE FROM settlement_allocation a USING settlement_recovery r
WHERE r.id = a.recovery_id AND r.number = 'RC202403-C';
DELETE FROM settlement_recovery WHERE number = 'RC202403-C';

-- told: B202403-C
UPDATE settlement_recovery r SET original_bill_id = b.id
FROM settlement_bill b WHERE r.number = 'RC202403-C' AND b.number = 'B202401-C';

-- told: recovery RC202403-C of 280.000 is of no negative bill of cycle 202401
UPDATE settlement_recovery SET cycle = '202401' WHERE number = 'RC202403-C';
