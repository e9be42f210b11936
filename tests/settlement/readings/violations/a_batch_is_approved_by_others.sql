-- told: its payouts make 100.00
UPDATE settlement_payoutbatch SET amount = 99;

-- told: is over 100.000 USD; its payouts make 0
UPDATE settlement_payout SET state = 'planned', batch_id = NULL, end_to_end_id = '', bank_account_id = NULL;

-- told: is approved; 0 of 1 have approved it
UPDATE settlement_payoutbatch SET state = 'approved';
