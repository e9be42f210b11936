-- Every refund paid out for an order already billed has one recovery, and no other refund has. (R5.1)
-- What had been refunded before the bill is on the line instead (R4.6). Where the seller's share is the
-- basis, a share that rounds to nothing opens no recovery.
WITH settled AS (
    SELECT l.order_id, l.bill_id, l.refunded_before, o.number,
           coalesce(sum(f.amount) FILTER (WHERE r.id IS NULL), 0) AS unrecovered,
           coalesce(sum(f.amount) FILTER (WHERE r.id IS NULL AND
               round(f.amount * l.settlement / nullif(o.paid_amount - l.refunded_before, 0),
                     (%(minor_units)s::jsonb ->> o.currency)::int) > 0), 0) AS worth_recovering
    FROM (SELECT order_id FROM settlement_refund WHERE touched(seller, seller_id)
          UNION
          SELECT order_id FROM settlement_billline l WHERE l.refunded_before <> 0 AND touched(line, l)) reduced
    JOIN settlement_billline l ON l.order_id = reduced.order_id
    JOIN sellers_order o ON o.id = l.order_id
    LEFT JOIN settlement_refund f ON f.order_id = l.order_id AND f.state = 'refunded'
    LEFT JOIN settlement_recovery r ON r.refund_id = f.id
    WHERE l.kind = 'order' AND (f.id IS NOT NULL OR l.refunded_before <> 0)
    GROUP BY l.order_id, l.bill_id, l.refunded_before, o.number
)
SELECT CASE WHEN unrecovered <> refunded_before
                 AND NOT (%(basis)s = 'seller_share'
                          AND refunded_before BETWEEN worth_recovering AND unrecovered)
       THEN format('order %%s: refunds of %%s have no recovery, but its line was reduced by %%s', number,
                   unrecovered, refunded_before)
       END AS difference
FROM settled
UNION ALL
SELECT CASE WHEN (
           f.state = 'refunded' AND l.bill_id = r.original_bill_id
           AND r.seller_id = f.seller_id AND r.currency = f.currency
           AND r.refunded_at = f.refunded_at
           AND r.cycle = to_char(f.refunded_at AT TIME ZONE %(zone)s, 'YYYYMM')
           AND r.window_start >= r.cycle AND r.window_end >= r.window_start
           AND (r.amount = f.amount OR r.basis = 'seller_share')) IS NOT TRUE
       THEN format('recovery %%s of %%s in %%s (%%s to %%s): refund %%s of %%s is %%s', r.number, r.amount,
                   r.cycle, r.window_start, r.window_end, f.number, f.amount, f.state)
       END
FROM settlement_recovery r
JOIN settlement_refund f ON f.id = r.refund_id
LEFT JOIN settlement_billline l ON l.order_id = f.order_id AND l.kind = 'order'
WHERE touched(seller, r.seller_id)
