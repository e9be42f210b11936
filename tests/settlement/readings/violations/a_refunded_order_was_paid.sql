-- told: of 20.000 is refunded, order A2 is not paid
UPDATE sellers_order SET paid_at = NULL WHERE number = 'A2';

-- told: of 20.000 is refunded, order A2 is cancelled
ALTER TABLE sellers_order DROP CONSTRAINT a_cancelled_order_is_neither_paid_nor_due;
UPDATE sellers_order SET cancelled_at = now() WHERE number = 'A2';

-- told: of 20.000 is refunded, order A2 was paid at
UPDATE sellers_order SET paid_at = '2024-02-01T00:00:00Z' WHERE number = 'A2';
