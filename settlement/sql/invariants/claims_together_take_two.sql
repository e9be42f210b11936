-- Where the granted claims of an order, or of a customer within a day, reach the limit, two approved. (R4.4)
-- The customer as named when it was claimed and when it was sold: neither changes afterwards.
WITH granted AS MATERIALIZED (
    SELECT f.id, f.number, f.seller_id, f.order_id, f.currency, f.amount, f.approved_at, f.approvals_needed,
           f.agreed_by_id, f.requested_by_id, a.limit_of_seller, a.within_hours,
           ARRAY[folded_name(f.customer_account),
                 folded_name(coalesce(o.sold_to_account, o.customer_account))] AS customer
    FROM settlement_refund f
    JOIN settlement_authorisation a ON a.seller_id = f.seller_id AND a.subject = f.number
    JOIN sellers_order o ON o.id = f.order_id
    WHERE f.state IN ('approved', 'refunded') AND touched(seller, f.seller_id)
), together AS (
    SELECT f.id, greatest(
        sum(c.amount) FILTER (WHERE c.order_id = f.order_id),
        sum(c.amount) FILTER (WHERE c.approved_at > f.approved_at - make_interval(hours => f.within_hours)
                                AND (c.order_id = f.order_id OR c.customer && f.customer))) AS amount
    FROM granted f
    JOIN granted c ON c.seller_id = f.seller_id AND c.approved_at <= f.approved_at
    GROUP BY f.id
)
SELECT CASE WHEN t.amount >= f.limit_of_seller
             AND (f.approvals_needed < 2 OR (
                 SELECT count(DISTINCT p.operator_id) FROM settlement_refundapproval p
                 WHERE p.refund_id = f.id AND p.operator_id IS DISTINCT FROM f.agreed_by_id
                   AND p.operator_id <> f.requested_by_id) < 2)
       THEN format('refund %%s makes it %%s %%s, of less than %%s, and one approved', f.number,
                   t.amount, f.currency, f.limit_of_seller)
       END AS difference
FROM granted f
JOIN together t USING (id)
