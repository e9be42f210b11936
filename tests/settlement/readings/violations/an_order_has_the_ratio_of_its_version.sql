-- told: order A8 has
UPDATE sellers_order SET fee_ratio_version = 2 WHERE number = 'A8';

-- told: order A1 has 0.150000, version 1 of its product 0.100000
UPDATE sellers_feeratio SET platform_fee_ratio = 0.1;
