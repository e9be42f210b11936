-- told: seller A: open cycle 202403, last billed 202403
UPDATE sellers_seller SET open_cycle = '202403' WHERE number = 'A';

-- told: seller A: open cycle any
UPDATE sellers_seller SET open_cycle = NULL WHERE number = 'A';

-- told: seller B: open cycle 299901
UPDATE sellers_seller SET open_cycle = '299901' WHERE number = 'B';

-- told: last run done 202405
UPDATE settlement_billrun SET cycle = '202405';

-- told: last billed 202403 (out of order)
UPDATE settlement_bill SET cycle = '202312' WHERE number = 'B202402-A';
