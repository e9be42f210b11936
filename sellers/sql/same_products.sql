-- The staged products that stand in the books exactly as they were sent.
SELECT s.place
FROM staged_products s
JOIN sellers_product p ON p.number = s.number
JOIN sellers_seller l ON l.id = p.seller_id
WHERE (l.number, p.name, p.delivery_method, p.supervised, p.platform_fee_ratio)
    = (s.seller, s.name, s.delivery_method, s.supervised, s.platform_fee_ratio)
  AND (s.valid_from IS NULL OR EXISTS (
      SELECT FROM sellers_feeratio f
      WHERE f.product_id = p.id AND f.valid_from = s.valid_from AND f.platform_fee_ratio = s.platform_fee_ratio))
