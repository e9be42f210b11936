-- An order has the platform fee ratio of the version of its product that it names. (R2.6)
SELECT CASE WHEN f.platform_fee_ratio IS DISTINCT FROM o.platform_fee_ratio
       THEN format('order %%s has %%s, version %%s of its product %%s', o.number, o.platform_fee_ratio,
                   o.fee_ratio_version, coalesce(f.platform_fee_ratio::text, 'is missing'))
       END AS difference
FROM sellers_order o
LEFT JOIN sellers_feeratio f ON f.product_id = o.product_id AND f.version = o.fee_ratio_version
WHERE touched(order, o.id)
