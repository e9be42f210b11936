-- The staged products that stand in the books exactly as they were sent.
SELECT s.place
FROM staged_products s
JOIN sellers_product p ON p.number = s.number
JOIN sellers_seller l ON l.id = p.seller_id
WHERE (l.number, p.name, p.delivery_method, p.supervised, p.platform_fee_ratio)
    = (s.seller, s.name, s.delivery_method, s.supervised, s.platform_fee_ratio)
