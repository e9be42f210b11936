-- Refunds of one seller paid out after their order was billed, which no recovery takes back (R5.1). The line
-- knows how much had been refunded before (R4.6): that much the earliest reported of them make up.
--   seller  bigint, whose lock the caller holds
SELECT id FROM (
    SELECT f.id, l.refunded_before, f.refunded_at, f.number,
           sum(f.amount) OVER (PARTITION BY f.order_id ORDER BY f.closed_at, f.id) AS reach
    FROM settlement_refund f
    JOIN settlement_billline l ON l.order_id = f.order_id AND l.kind = 'order'
    LEFT JOIN settlement_recovery r ON r.refund_id = f.id
    WHERE f.seller_id = %(seller)s AND f.state = 'refunded' AND r.id IS NULL
) reported
WHERE reach > refunded_before
ORDER BY refunded_at, number
