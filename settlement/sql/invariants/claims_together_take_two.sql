-- Where the granted claims of an order, or of a customer within a day, reach the limit, two approved. (R4.4)
SELECT CASE WHEN greatest(of_order.amount, of_customer.amount) >= a.limit_of_seller
             AND (f.approvals_needed < 2 OR (
                 SELECT count(DISTINCT p.operator_id) FROM settlement_refundapproval p
                 WHERE p.refund_id = f.id AND p.operator_id IS DISTINCT FROM f.agreed_by_id
                   AND p.operator_id <> f.requested_by_id) < 2)
       THEN format('refund %%s makes it %%s %%s, of less than %%s, and one approved', f.number,
                   greatest(of_order.amount, of_customer.amount), f.currency, a.limit_of_seller)
       END AS difference
FROM settlement_refund f
JOIN settlement_authorisation a ON a.seller_id = f.seller_id AND a.subject = f.number
JOIN sellers_order o ON o.id = f.order_id
CROSS JOIN LATERAL (
    SELECT sum(c.amount) AS amount FROM settlement_refund c
    WHERE c.order_id = f.order_id AND c.state IN ('approved', 'refunded')
      AND c.approved_at <= f.approved_at
) of_order
CROSS JOIN LATERAL (
    SELECT sum(c.amount) AS amount FROM settlement_refund c JOIN sellers_order co ON co.id = c.order_id
    WHERE c.seller_id = f.seller_id AND lower(co.customer_account) = lower(o.customer_account)
      AND c.state IN ('approved', 'refunded') AND c.approved_at <= f.approved_at
      AND c.approved_at > f.approved_at - make_interval(hours => a.within_hours)
) of_customer
WHERE f.state IN ('approved', 'refunded')
