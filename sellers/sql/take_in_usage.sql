-- Take in the staged usage: rated by the order's unit price where it carries no amount of its own (R9.5); the
-- price is kept beside what it gives, and is null beside an amount that was reported. In the cycle
-- of its start, or later if its order was paid or accepted later (R1.2, R1.4, R1.5).
-- The caller holds the sellers' fence. A serial that its seller has used already is left as it is; rows are inserted in
-- the order of their serials, so that two batches with the same serials cannot wait for each other.
--
--   zone  text: the settlement time zone
WITH sent AS (
    SELECT DISTINCT ON (s.metering_sn, o.seller_id) s.*, o.seller_id
    FROM staged_usage s
    JOIN sellers_order o ON o.number = s."order"
    ORDER BY s.metering_sn, o.seller_id, s.place
),
taken AS (
INSERT INTO sellers_usagerecord (
    metering_sn, seller_id, order_id, started_at, ended_at, quantity, unit_price, sales_amount, customer_wht,
    package_id, cycle, due_cycle
)
SELECT s.metering_sn, o.seller_id, o.id, s.started_at, s.ended_at, s.quantity,
       CASE WHEN coalesce(s.sales_amount, r.sales_amount) = r.sales_amount THEN o.unit_price END,
       coalesce(s.sales_amount, r.sales_amount, 0),
       s.customer_wht, k.id, c.cycle, due_in_cycle(c.cycle, l.open_cycle)
FROM sent s
JOIN sellers_order o ON o.number = s."order"
JOIN sellers_seller l ON l.id = o.seller_id
LEFT JOIN sellers_order k ON k.number = s.package
-- What a package covers is not rated.
CROSS JOIN LATERAL (
    SELECT CASE WHEN s.package IS NULL THEN round(s.quantity * o.unit_price, 12) END AS sales_amount
) r
-- The usage of a trial is never billed (R1.3); that of a package was, with the package (R9.2).
CROSS JOIN LATERAL (
    SELECT CASE WHEN o.order_type <> 'trial' AND s.package IS NULL THEN
        transaction_cycle(s.started_at, o.paid_at,
                          o.supervision_status, o.supervision_completed_at, %(zone)s)
    END AS cycle
) c
ORDER BY s.metering_sn, s.seller_id
ON CONFLICT (metering_sn, seller_id) DO NOTHING
RETURNING metering_sn, seller_id
)
SELECT place FROM sent JOIN taken USING (metering_sn, seller_id) ORDER BY metering_sn, seller_id
