-- told: order A1
UPDATE sellers_order SET paid_at = '2024-02-01Z' WHERE number = 'A1';

-- told: order A3
UPDATE sellers_order SET cycle = '202401' WHERE number = 'A3';

-- told: order A8
UPDATE sellers_order SET effective_at = placed_at, paid_at = placed_at WHERE number = 'A8';

-- told: usage record AU
UPDATE sellers_usagerecord SET cycle = '202312' WHERE metering_sn = 'AU';

-- told: usage record AU
UPDATE sellers_order SET paid_at = '2024-03-01Z' WHERE number = 'A-metered';
