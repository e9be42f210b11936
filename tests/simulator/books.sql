-- acts
SELECT u.username, a.verb, a.object_kind, a.object_number, a.seller_number
FROM koogallery_act a
LEFT JOIN koogallery_user u ON u.id = a.actor_id
WHERE a.verb NOT IN ('downloaded', 'fetched', 'file fetched')

-- requests
SELECT number, act, seller_number, object_number, amount, state, result FROM koogallery_approvalrequest

-- authorisations
SELECT act, subject, currency, amount FROM settlement_authorisation

-- invoices
SELECT number, seller_id, invoice_no, amount, state FROM settlement_invoice

-- payouts
SELECT p.number, p.seller_id, p.amount, p.state, b.number AS batch, p.bank_reference, p.failure_code
FROM settlement_payout p
LEFT JOIN settlement_payoutbatch b ON b.id = p.batch_id

-- items
SELECT p.number, b.number AS bill, m.reference, i.net, i.is_open
FROM settlement_payoutitem i
JOIN settlement_payout p ON p.id = i.payout_id
LEFT JOIN settlement_bill b ON b.id = i.bill_id
LEFT JOIN settlement_depositmovement m ON m.id = i.movement_id

-- batches
SELECT number, amount, count, state FROM settlement_payoutbatch

-- statements
SELECT number, reference, opening, closing FROM settlement_bankstatement

-- bank lines
SELECT l.number, l.amount, l.state, l.reason, l.purpose, l.seller_id, p.number AS payout
FROM settlement_bankline l
LEFT JOIN settlement_payout p ON p.id = l.payout_id

-- disputes
SELECT number, seller_id, line_no, reason, state, difference FROM settlement_dispute

-- exits
SELECT number, seller_id, state FROM settlement_exitrequest

-- holds
SELECT number, seller_id, released_at IS NULL FROM settlement_billhold

-- payments
SELECT seller_id, amount, reference FROM settlement_receivablepayment

-- parts
SELECT r.number, r.cycle, r.state, p.seller_id, p.state, p.reason
FROM settlement_billrunseller p
JOIN settlement_billrun r ON r.id = p.run_id

-- exports
SELECT number, state FROM koogallery_exportjob

-- events
SELECT seller_number, count(*), max(sequence), count(DISTINCT sequence)
FROM koogallery_notice
WHERE sequence IS NOT NULL
GROUP BY seller_number
