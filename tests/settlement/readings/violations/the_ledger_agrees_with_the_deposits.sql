-- told: deposit of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'deposit';

-- told: in_transit of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'in_transit';

-- told: penalties of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'penalties';
