-- told: B202402-A
UPDATE settlement_allocation SET amount = amount - 0.01 WHERE source = 'bill';

-- told: B202402-A
DELETE FROM settlement_allocation WHERE source = 'bill';

-- told: B202402-A
UPDATE settlement_bill SET recovered = 0, net_payable = settlement_amount
WHERE number = 'B202402-A';

-- told: B202402-A
UPDATE settlement_recovery SET window_end = '202401';
