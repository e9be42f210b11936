-- told: order A6 of cycle 202403 is due in 202403
UPDATE sellers_order SET due_cycle = '202403' WHERE number = 'A6';

-- told: order A6 of cycle 202403 is due in 202405
UPDATE sellers_order SET due_cycle = '202405' WHERE number = 'A6';

-- told: order A6 of cycle 202403 is due in none
UPDATE sellers_order SET due_cycle = NULL WHERE number = 'A6';

-- told: order A1 of cycle 202401 is due in 202401
DELETE FROM settlement_billline WHERE order_id = (SELECT id FROM sellers_order WHERE number =
    'A1');

-- told: usage record A7 of cycle 202404 is due in none
UPDATE sellers_usagerecord SET due_cycle = NULL WHERE metering_sn = 'A7';

-- told: usage record AU of cycle 202401
DELETE FROM settlement_billline WHERE kind = 'usage';
