-- What the log of changes (R7.3) has named since, for proofs that look at nothing else (docs/decisions/0035).
-- Rows by their table; then, by a kind of their own, what has to be proven because of them.
--   since  bigint  the last change that was proven
DROP TABLE IF EXISTS touched, touched_seller;
CREATE TEMPORARY TABLE touched (kind text, id bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE touched_seller (kind text, id bigint) ON COMMIT DROP;

INSERT INTO touched_seller
SELECT DISTINCT table_name, seller_id FROM settlement_sealedchange
WHERE id > %(since)s AND seller_id IS NOT NULL;

-- A close moves on the cycle of a seller whom it gives no bill, too.
INSERT INTO touched_seller
SELECT DISTINCT 'sellers_seller', p.seller_id
FROM settlement_billrun r JOIN settlement_billrunseller p ON p.run_id = r.id
WHERE p.state = 'done'
  AND r.progressed_at >= (SELECT min(at) - interval '1 day' FROM settlement_sealedchange WHERE id > %(since)s);

INSERT INTO touched
SELECT DISTINCT c.table_name || CASE c.operation WHEN 'update' THEN ' updated' WHEN 'insert' THEN ' inserted' ELSE '' END,
       key::bigint
FROM settlement_sealedchange c, json_array_elements_text(c.content::json -> 'keys') key
WHERE c.id > %(since)s AND key ~ '^[0-9]{1,18}$';

INSERT INTO touched SELECT DISTINCT split_part(kind, ' ', 1), id FROM touched;
ANALYZE touched;

INSERT INTO touched
SELECT 'journal', id FROM touched WHERE kind = 'settlement_journal'
UNION
SELECT 'journal', e.journal_id FROM settlement_ledgerentry e
WHERE e.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_ledgerentry'));

-- Bills whose lines nobody has proven yet, and those that something changed on, with their journals.
INSERT INTO touched
SELECT 'issued', id FROM touched WHERE kind = 'settlement_bill inserted'
UNION
SELECT 'issued', p.bill_id FROM settlement_billproduct p
WHERE p.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_billproduct'));
INSERT INTO touched
SELECT 'bill', id FROM touched WHERE kind IN ('settlement_bill', 'issued')
UNION
SELECT 'bill', b.id FROM settlement_journal j JOIN settlement_bill b ON b.number = j.subject
WHERE j.kind = 'bill' AND j.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'journal'))
UNION
SELECT 'bill', d.bill_id FROM settlement_billedadjustment d
WHERE d.adjustment_id = ANY(ARRAY(SELECT id FROM touched WHERE kind IN ('settlement_billedadjustment', 'settlement_adjustment')))
UNION
SELECT 'bill', a.bill_id FROM settlement_allocation a
WHERE a.bill_id IS NOT NULL
  AND (a.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_allocation'))
       OR a.recovery_id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_recovery')))
UNION
SELECT 'bill', i.bill_id FROM settlement_payoutitem i
WHERE i.bill_id IS NOT NULL
  AND (i.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_payoutitem'))
       OR i.payout_id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_payout')))
UNION
SELECT 'bill', v.bill_id FROM settlement_invoice v
WHERE v.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_invoice'));

INSERT INTO touched
SELECT 'journal', j.id FROM settlement_bill b JOIN settlement_journal j ON j.key = 'bill:' || b.number
WHERE b.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'bill'))
EXCEPT SELECT kind, id FROM touched WHERE kind = 'journal';

-- A usage record's cycle follows from its order, too.
INSERT INTO touched SELECT 'order', id FROM touched WHERE kind = 'sellers_order';
INSERT INTO touched
SELECT 'usage', id FROM touched WHERE kind = 'sellers_usagerecord'
UNION
SELECT 'usage', u.id FROM sellers_usagerecord u
WHERE u.order_id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'sellers_order updated'));

-- What is no seller's, or not only: by its own rows, by those that point to it, by journals and acts on it.
INSERT INTO touched
SELECT 'batch', id FROM touched WHERE kind = 'settlement_payoutbatch'
UNION
SELECT 'batch', p.batch_id FROM settlement_payout p
WHERE p.batch_id IS NOT NULL AND p.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_payout'))
UNION
SELECT 'batch', a.batch_id FROM settlement_payoutapproval a
WHERE a.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_payoutapproval'))
UNION
SELECT 'batch', b.id FROM settlement_payoutbatch b JOIN koogallery_act a ON a.object_number = b.number
WHERE a.object_kind = 'payout batch' AND a.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'koogallery_act'));
INSERT INTO touched
SELECT 'approval_request', id FROM touched WHERE kind = 'koogallery_approvalrequest'
UNION
SELECT 'approval_request', q.id FROM koogallery_approvalrequest q JOIN koogallery_act a ON a.object_number = q.number
WHERE a.object_kind = 'approval request' AND a.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'koogallery_act'));
INSERT INTO touched
SELECT 'bank_line', id FROM touched WHERE kind = 'settlement_bankline'
UNION
SELECT 'bank_line', l.id FROM settlement_bankline l JOIN settlement_journal j ON j.subject = l.number
WHERE j.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'journal'))
UNION
SELECT 'bank_line', l.id FROM settlement_bankline l JOIN koogallery_act a ON a.object_number = l.number
WHERE a.object_kind = 'bank line' AND a.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'koogallery_act'))
UNION
SELECT 'bank_line', l.id FROM settlement_bankline l
WHERE l.payout_id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_payout'))
UNION
SELECT 'bank_line', l.id FROM settlement_bankline l
WHERE l.batch_id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_payoutbatch'
                             UNION SELECT p.batch_id FROM settlement_payout p
                             WHERE p.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_payout'))))
UNION
SELECT 'bank_line', l.id FROM settlement_bankline l
WHERE l.sends_back_id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_bankline'));
INSERT INTO touched
SELECT 'bank_statement', id FROM touched WHERE kind = 'settlement_bankstatement'
UNION
SELECT 'bank_statement', l.statement_id FROM settlement_bankline l
WHERE l.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'settlement_bankline'));
INSERT INTO touched_seller
SELECT 'settlement_billline', b.seller_id FROM settlement_bill b
WHERE b.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'issued'))
UNION
SELECT 'settlement_bankline', p.seller_id FROM settlement_bankline l JOIN settlement_payout p ON p.id = l.payout_id
WHERE l.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'bank_line'))
UNION
SELECT 'settlement_bankline', p.seller_id FROM settlement_bankline l JOIN settlement_payout p ON p.batch_id = l.batch_id
WHERE l.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'bank_line'));
-- Sellers of whom something else moved than bills, whose journals of before need not be read again.
INSERT INTO touched
SELECT 'mover', id FROM touched_seller
WHERE kind IN ('sellers_seller', 'settlement_adjustment', 'settlement_recovery', 'settlement_allocation',
               'settlement_depositmovement', 'settlement_receivablepayment', 'settlement_payout', 'settlement_bankline')
UNION
SELECT 'mover', j.seller_id FROM settlement_journal j
WHERE j.kind <> 'bill' AND j.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'journal'));
ANALYZE touched;
ANALYZE touched_seller
