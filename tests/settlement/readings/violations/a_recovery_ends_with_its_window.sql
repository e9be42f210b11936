-- told: open cycle of A is 202404
UPDATE settlement_recovery SET window_end = '202403';

-- told: who has left
UPDATE sellers_seller SET left_at = now() WHERE number = 'B';
