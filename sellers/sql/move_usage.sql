-- Move the unbilled usage of one order to the cycles its changed payment and supervision lead to
-- (R1.4, R1.5). The caller holds the seller's lock, so no usage arrives beside it.
--
--   order  bigint
--   zone   text: the settlement time zone
UPDATE sellers_usagerecord u
SET cycle = m.cycle, due_cycle = m.due_cycle
FROM (
    SELECT r.id, c.cycle, due_in_cycle(c.cycle, l.open_cycle) AS due_cycle
    FROM sellers_usagerecord r
    JOIN sellers_order o ON o.id = r.order_id
    JOIN sellers_seller l ON l.id = r.seller_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN o.order_type <> 'trial' AND r.package_id IS NULL THEN
            transaction_cycle(r.started_at, o.paid_at,
                              o.supervision_status, o.supervision_completed_at, %(zone)s)
        END AS cycle
    ) c
    WHERE r.order_id = %(order)s
) m
WHERE u.id = m.id AND (u.cycle, u.due_cycle) IS DISTINCT FROM (m.cycle, m.due_cycle)
