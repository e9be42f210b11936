-- told: holds 1.000
UPDATE settlement_deposit SET balance = 1;
