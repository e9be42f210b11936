-- told: settlement_bill.seller_id: 3 lead nowhere
SET LOCAL session_replication_role = replica;
DELETE FROM sellers_seller WHERE number = 'A';

-- told: settlement_recovery.refund_id: 1 lead nowhere
SET LOCAL session_replication_role = replica;
DELETE FROM settlement_refund WHERE amount = 40;

-- told: settlement_refundapproval.refund_id: 1 lead nowhere
SET LOCAL session_replication_role = replica;
DELETE FROM settlement_refund WHERE amount = 40;

-- told: settlement_billline.order_id: 1 lead nowhere
SET LOCAL session_replication_role = replica;
DELETE FROM sellers_order WHERE number = 'A4';

-- told: settlement_ledgerentry.journal_id
SET LOCAL session_replication_role = replica;
DELETE FROM settlement_journal WHERE key = 'bill:B202401-A';
