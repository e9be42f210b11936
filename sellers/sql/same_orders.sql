-- The staged orders that stand in the books exactly as they were sent.
SELECT s.place
FROM staged_orders s
JOIN sellers_order o ON o.number = s.number
JOIN sellers_product p ON p.id = o.product_id
WHERE (p.number, o.order_type, o.billing_mode, o.customer_name, o.customer_account, o.customer_email, o.currency,
       o.paid_amount, o.sales_amount, o.customer_wht, o.unit_price,
       o.placed_at, o.paid_at, o.effective_at, o.term_ends_at,
       o.supervision_status, o.supervision_completed_at, o.cancelled_at, o.ended_at)
    IS NOT DISTINCT FROM
      (s.product, s.order_type, s.billing_mode, s.customer_name, s.customer_account, s.customer_email, s.currency,
       s.paid_amount, s.sales_amount, s.customer_wht, s.unit_price,
       s.placed_at, s.paid_at, s.effective_at, s.term_ends_at,
       s.supervision_status, s.supervision_completed_at, s.cancelled_at, s.ended_at)
