-- The staged usage records that stand in the books as they were sent. A record that left its amount to be
-- rated is the same whatever it was rated at.
SELECT s.place
FROM staged_usage s
JOIN sellers_order o ON o.number = s."order"
JOIN sellers_usagerecord u ON (u.metering_sn, u.seller_id) = (s.metering_sn, o.seller_id)
LEFT JOIN sellers_order k ON k.id = u.package_id
WHERE (u.order_id, u.started_at, u.ended_at, u.quantity, u.customer_wht)
    = (o.id, s.started_at, s.ended_at, s.quantity, s.customer_wht)
  AND k.number IS NOT DISTINCT FROM s.package
  AND u.sales_amount = coalesce(s.sales_amount, u.sales_amount)
