-- told: customer_sales of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'customer_sales';

-- told: customer_sales of A
DELETE FROM settlement_ledgerentry WHERE account = 'customer_sales';

-- told: customer_wht of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'customer_wht';

-- told: customer_wht of A
DELETE FROM settlement_ledgerentry WHERE account = 'customer_wht';

-- told: platform_fee of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'platform_fee';

-- told: platform_fee of A
DELETE FROM settlement_ledgerentry WHERE account = 'platform_fee';

-- told: withholding_tax of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'withholding_tax';

-- told: withholding_tax of A
DELETE FROM settlement_ledgerentry WHERE account = 'withholding_tax';

-- told: digital_service_tax of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'digital_service_tax';

-- told: digital_service_tax of A
DELETE FROM settlement_ledgerentry WHERE account = 'digital_service_tax';

-- told: seller_payable of A
UPDATE settlement_ledgerentry SET amount = amount + 2 WHERE account = 'seller_payable';

-- told: seller_payable of A
DELETE FROM settlement_ledgerentry WHERE account = 'seller_payable';
