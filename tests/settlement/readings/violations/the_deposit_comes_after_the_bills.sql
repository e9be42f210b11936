-- told: waits for bills through 202404
UPDATE settlement_allocation
SET recovery_id = (SELECT id FROM settlement_recovery WHERE amount = 8) WHERE source = 'deposit';
