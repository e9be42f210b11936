-- Register the staged products, each with the first version of its fee ratio (R2.6); a number that exists
-- already is left as it is.
WITH sent AS (
    SELECT DISTINCT ON (number) * FROM staged_products ORDER BY number, place
),
registered AS (
    INSERT INTO sellers_product (
        number, seller_id, name, delivery_method, supervised, platform_fee_ratio, created_at, modified_at
    )
    SELECT s.number, l.id, s.name, s.delivery_method, s.supervised, s.platform_fee_ratio, now(), now()
    FROM sent s
    JOIN sellers_seller l ON l.number = s.seller
    ORDER BY s.number
    ON CONFLICT (number) DO NOTHING
    RETURNING id, number, platform_fee_ratio
),
versions AS (
    INSERT INTO sellers_feeratio (product_id, version, platform_fee_ratio, valid_from)
    SELECT r.id, 1, r.platform_fee_ratio, coalesce(s.valid_from, now())
    FROM registered r
    JOIN sent s USING (number)
)
SELECT place FROM sent JOIN registered USING (number) ORDER BY number
