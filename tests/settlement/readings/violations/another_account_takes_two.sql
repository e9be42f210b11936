-- told: was verified by who recorded it
ALTER TABLE settlement_invoice DROP CONSTRAINT who_records_an_invoice_does_not_verify_it;
UPDATE settlement_invoice SET decided_by_id = submitted_by_id WHERE state = 'verified';

-- told: names another bank account than any certified one
UPDATE settlement_invoice SET account_number = '55556666' WHERE state = 'verified';
