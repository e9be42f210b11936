-- told: deposit of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'deposit';

-- told: bank of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'bank';

-- told: penalties of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'penalties';
