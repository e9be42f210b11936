-- Every transaction's cycle is the month of the latest of effect, payment and supervision. (R1.4)
-- While one of them is open there is none; nor for trials and orders that are settled by their usage.
WITH facts AS (
    SELECT 'order' AS kind, o.number, o.cycle, o.effective_at, o.paid_at, o.supervision_status,
           o.supervision_completed_at,
           o.order_type <> 'trial' AND o.billing_mode <> 'pay_per_use' AS billable
    FROM sellers_order o
    WHERE touched(order, o.id)
    UNION ALL
    SELECT 'usage record', u.metering_sn, u.cycle, u.started_at, o.paid_at, o.supervision_status,
           o.supervision_completed_at, o.order_type <> 'trial' AND u.package_id IS NULL
    FROM sellers_usagerecord u
    JOIN sellers_order o ON o.id = u.order_id
    WHERE touched(usage, u.id)
),
recomputed AS (
    SELECT *, CASE
        WHEN NOT billable OR effective_at IS NULL OR paid_at IS NULL THEN NULL
        WHEN supervision_status NOT IN ('not_applicable', 'completed') THEN NULL
        -- greatest() passes over the instant of a supervision that does not apply
        ELSE to_char(greatest(effective_at, paid_at, supervision_completed_at)
                     AT TIME ZONE %(zone)s, 'YYYYMM') END AS expected
    FROM facts
)
SELECT CASE WHEN cycle IS DISTINCT FROM expected
       THEN format('%%s %%s is in cycle %%s; its facts say %%s', kind, number,
                   coalesce(cycle, 'none'), coalesce(expected, 'none'))
       END AS difference
FROM recomputed
