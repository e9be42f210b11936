-- told: movement bill:B202401-A has no journal
DELETE FROM settlement_journal WHERE key = 'bill:B202401-A';

-- told: journal twice has no movement
INSERT INTO settlement_journal (key, seller_id, kind, subject, effective_at)
SELECT 'twice', seller_id, kind, subject, now() FROM settlement_journal LIMIT 1;
