-- told: deposit of A
UPDATE settlement_deposit SET balance = 1;

-- told: deposit of A
UPDATE settlement_depositmovement SET change = 8 WHERE kind = 'top_up';

-- told: deposit of A
UPDATE settlement_depositmovement SET balance_after = 8 WHERE kind = 'top_up';

-- told: deposit of A
UPDATE settlement_deposit SET balance = 1;
DELETE FROM settlement_allocation WHERE source = 'deposit';
DELETE FROM settlement_depositmovement;
