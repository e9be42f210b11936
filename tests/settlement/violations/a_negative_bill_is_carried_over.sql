-- told: B202403-A
DELETE FROM settlement_adjustment WHERE kind = 'carry_over';

-- told: B202403-A
UPDATE settlement_adjustment SET amount = amount + 1 WHERE kind = 'carry_over';

-- told: B202401-A
UPDATE settlement_adjustment SET kind = 'carry_over' WHERE kind = 'difference';
