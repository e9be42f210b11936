-- told: recoveries of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'recoveries';

-- told: receivables of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'receivables';

-- told: customer_refunds of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'customer_refunds';
