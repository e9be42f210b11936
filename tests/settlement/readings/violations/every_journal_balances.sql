-- told: journal bill:B202401-A: its entries in USD make
DELETE FROM settlement_ledgerentry WHERE account = 'customer_wht';

-- told: journal bill:B202401-A: its entries in USD make
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'customer_wht';

-- told: in EUR
UPDATE settlement_ledgerentry SET currency = 'EUR' WHERE account = 'customer_wht';

-- told: not all its seller's
UPDATE settlement_ledgerentry SET seller_id = seller_id + 1 WHERE account = 'customer_wht';

-- told: (missing)
DELETE FROM settlement_journal WHERE key = 'bill:B202401-A';
