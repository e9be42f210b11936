-- told: journal bill:B202401-A
UPDATE settlement_journal SET recorded_at = recorded_at - interval '400 days';

-- told: journal bill:B202401-A
UPDATE settlement_journal SET effective_at = effective_at - interval '400 days' WHERE kind = 'bill';

-- told: journal deposit:
UPDATE settlement_journal SET effective_at = effective_at - interval '1 day' WHERE kind = 'deposit';

-- told: journal bill:B202401-A is a bill of B202402-A
UPDATE settlement_journal SET subject = 'B202402-A' WHERE key = 'bill:B202401-A';

-- told: journal bill:B202401-A is a recovery of B202401-A
UPDATE settlement_journal SET kind = 'recovery' WHERE key = 'bill:B202401-A';

-- told: journal bill:B202401-A
UPDATE settlement_bill SET issued_at = issued_at - interval '1 day';

-- told: journal deposit:
UPDATE settlement_depositmovement SET at = at - interval '1 day';

-- told: journal allocation:RC
UPDATE settlement_allocation SET at = at - interval '1 day';
