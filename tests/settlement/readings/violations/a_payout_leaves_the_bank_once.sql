-- told: left the bank 2 times
ALTER TABLE settlement_bankline DROP CONSTRAINT a_line_goes_the_right_way;
UPDATE settlement_bankline SET purpose = 'batch', batch_id = (SELECT id FROM settlement_payoutbatch) WHERE purpose = 'charges';
INSERT INTO settlement_journal (key, seller_id, kind, subject, effective_at)
SELECT 'bank_line_cleared:' || l.number || ':C', p.seller_id, 'bank_line_cleared', l.number, now()
FROM settlement_bankline l, settlement_payout p WHERE l.purpose = 'batch';
UPDATE settlement_bankline SET state = 'matched', purpose = 'payout', payout_id = (SELECT id FROM settlement_payout)
WHERE state = 'suspense' AND amount = 55
