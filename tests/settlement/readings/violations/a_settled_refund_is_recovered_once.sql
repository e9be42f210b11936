-- told: order B1: refunds of 40.000 have no recovery
DELETE FROM settlement_receivable WHERE amount = 40;
DELETE FROM settlement_recovery WHERE amount = 40;

-- told: order A2: refunds of 20.000 have no recovery
UPDATE settlement_billline l SET refunded_before = 0
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A2';

-- told: recovery RC
UPDATE settlement_recovery SET amount = amount + 1;

-- told: recovery RC
UPDATE settlement_recovery SET cycle = '202401', window_start = '202401';

-- told: recovery RC
UPDATE settlement_recovery SET refunded_at = refunded_at + interval '1 hour';

-- told: recovery RC
UPDATE settlement_recovery SET original_bill_id = (SELECT id FROM settlement_bill
WHERE number = 'B202402-A');

-- told: recovery RC
UPDATE settlement_refund SET state = 'approved', refunded_at = NULL WHERE amount = 30;
