-- told: order A1: 29.999 paid, 30.000 claimed
ALTER TABLE sellers_order DROP CONSTRAINT wht_within_sales_within_paid;
UPDATE sellers_order SET paid_amount = 29.999 WHERE number = 'A1';
