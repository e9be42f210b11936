-- The version of a product's fee ratio that an order has which was placed then: the latest one that counted
-- from then or before. Of an order older than all versions, the one that was given last before orders as
-- young as it were reported (`past_from`); before any of those the first one (R2.6).
CREATE OR REPLACE FUNCTION fee_ratio_at(product bigint, placed timestamptz) RETURNS sellers_feeratio
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT f FROM sellers_feeratio f WHERE f.product_id = product
    ORDER BY f.valid_from <= placed DESC,
             CASE WHEN f.valid_from <= placed THEN f.valid_from END DESC,
             CASE WHEN f.past_from <= placed THEN f.past_from END DESC NULLS LAST,
             f.valid_from,
             f.version DESC
    LIMIT 1
$$;
