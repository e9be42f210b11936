-- The staged usage records that stand in the books as they were sent. A record that left its amount to be
-- rated is the same whatever it was rated at.
SELECT s.place
FROM staged_usage s
JOIN sellers_usagerecord u ON u.metering_sn = s.metering_sn
JOIN sellers_order o ON o.id = u.order_id
LEFT JOIN sellers_order k ON k.id = u.package_id
WHERE (o.number, u.started_at, u.ended_at, u.quantity, u.customer_wht)
    = (s."order", s.started_at, s.ended_at, s.quantity, s.customer_wht)
  AND k.number IS NOT DISTINCT FROM s.package
  AND u.sales_amount = coalesce(s.sales_amount, u.sales_amount)
