-- sellers
SELECT number, open_cycle FROM sellers_seller

-- orders
SELECT number, cycle, due_cycle, paid_at FROM sellers_order

-- usage
SELECT metering_sn, cycle, due_cycle FROM sellers_usagerecord

-- bills
SELECT to_jsonb(b) - '{id,partition,issued_at,modified_at}'::text[] FROM settlement_bill b

-- lines
SELECT b.number AS bill, s.number AS seller, o.number AS "order", u.metering_sn, a.kind AS adjustment,
       a.amount,
       to_jsonb(l) - '{partition,bill_id,seller_id,product_id,order_id,usage_record_id,adjustment_id,effective_at}'::text[],
       CASE WHEN l.kind <> 'adjustment' THEN l.effective_at END AS effective_at
FROM settlement_billline l
JOIN settlement_bill b ON b.id = l.bill_id
JOIN sellers_seller s ON s.id = l.seller_id
LEFT JOIN sellers_order o ON o.id = l.order_id
LEFT JOIN sellers_usagerecord u ON u.id = l.usage_record_id
LEFT JOIN settlement_adjustment a ON a.id = l.adjustment_id

-- adjustments
SELECT b.number AS bill, a.kind, a.amount, a.currency, a.reason
FROM settlement_adjustment a
JOIN settlement_bill b ON b.id = a.bill_id

-- refunds
SELECT number, state, amount, refunded_at FROM settlement_refund

-- recoveries
SELECT to_jsonb(r) - '{id,refund_id,opened_at,modified_at}'::text[] FROM settlement_recovery r

-- allocations
SELECT r.number, a.source, b.number AS bill, m.reference, m.change, a.amount
FROM settlement_allocation a
JOIN settlement_recovery r ON r.id = a.recovery_id
LEFT JOIN settlement_bill b ON b.id = a.bill_id
LEFT JOIN settlement_depositmovement m ON m.id = a.movement_id

-- deposits
SELECT seller_id, currency, balance FROM settlement_deposit

-- movements
SELECT seller_id, kind, change, balance_after, reference FROM settlement_depositmovement

-- receivables
SELECT v.number, r.number AS recovery, v.amount, v.state
FROM settlement_receivable v
JOIN settlement_recovery r ON r.id = v.recovery_id

-- ledger
SELECT j.kind, j.subject, s.number AS seller, e.account, e.currency, e.amount,
       CASE WHEN j.kind IN ('bill', 'allocation', 'carry_over') THEN j.key END AS key,
       CASE WHEN j.kind IN ('bill', 'allocation', 'carry_over') THEN j.effective_at END AS effective_at
FROM settlement_ledgerentry e
JOIN settlement_journal j ON j.id = e.journal_id
JOIN sellers_seller s ON s.id = e.seller_id

-- notices
SELECT kind, seller_number, recipient, customer_account, subject, facts FROM koogallery_notice
