-- told: bill B202401-C is paid, and its payout PO
UPDATE settlement_bill SET state = 'paid' WHERE number = 'B202401-C';

-- told: bill B202401-C is payment_failed, and its payout PO
UPDATE settlement_bill SET state = 'payment_failed' WHERE number = 'B202401-C';

-- told: bill B202401-A is paid, and its payout (none) is missing
UPDATE settlement_bill SET state = 'paid' WHERE number = 'B202401-A';
