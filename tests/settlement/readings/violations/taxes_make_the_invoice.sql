-- told: its rates of VAT for 0
DELETE FROM settlement_invoicetax;

-- told: of VAT, its rates
UPDATE settlement_invoice SET tax = tax + 1;

-- told: is computed wrongly at 0.000000
UPDATE settlement_invoicetax SET tax = 1;
UPDATE settlement_invoice SET tax = 1;
