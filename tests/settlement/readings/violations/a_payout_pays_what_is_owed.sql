-- told: its items make 100
UPDATE settlement_payout SET amount = 99;

-- told: and its items are not
UPDATE settlement_payoutitem SET is_open = FALSE;

-- told: pays something else than is owed
UPDATE settlement_payoutitem SET net = 99; UPDATE settlement_payout SET amount = 99;

-- told: pays something else than is owed
UPDATE settlement_payoutitem SET tax = 1; UPDATE settlement_payout SET amount = 101;

-- told: pays something else than is owed
UPDATE settlement_payout SET seller_id = (SELECT id FROM sellers_seller WHERE number = 'A');
