-- Orders due in this cycle that stay off the bill because of a refund (R4.6): approved but not yet paid
-- out (held back), or refunded in full (never to be billed).
--   sellers, cycle, now, as_if_refunded  as in issue_bills.sql
SELECT o.id, bool_or(r.state = 'approved' AND r.id <> ALL(%(as_if_refunded)s::bigint[])) AS pending
FROM settlement_refund r
JOIN sellers_order o ON o.id = r.order_id
JOIN sellers_seller s ON s.id = o.seller_id
WHERE r.seller_id = ANY(%(sellers)s::bigint[])
  AND (r.state IN ('approved', 'refunded') OR r.id = ANY(%(as_if_refunded)s::bigint[]))
  AND s.certified_at <= %(now)s
  AND o.due_cycle BETWEEN coalesce(s.open_cycle, '000000') AND %(cycle)s
GROUP BY o.id, o.paid_amount
HAVING bool_or(r.state = 'approved' AND r.id <> ALL(%(as_if_refunded)s::bigint[])) OR sum(r.amount) >= o.paid_amount
