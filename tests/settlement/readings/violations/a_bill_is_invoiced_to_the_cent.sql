-- told: bill B202401-A is invoice_under_review and pays
UPDATE settlement_bill SET state = 'invoice_under_review' WHERE number = 'B202401-A';

-- told: is to be paid, and not all of its invoices are verified
UPDATE settlement_bill SET state = 'payment_processing' WHERE number = 'B202401-B';

-- told: its invoices ask for 2.000
UPDATE settlement_invoice SET amount = 1;
