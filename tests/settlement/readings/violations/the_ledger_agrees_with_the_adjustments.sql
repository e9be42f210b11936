-- told: adjustments of A
UPDATE settlement_ledgerentry SET account = 'bank' WHERE account = 'adjustments';

-- told: carried_over of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'carried_over';
