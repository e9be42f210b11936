-- What is claimed back or went back was paid, and before it went back. (R1.8, R4.1)
SELECT CASE WHEN (o.paid_at IS NOT NULL AND o.cancelled_at IS NULL
                  AND (f.refunded_at IS NULL OR f.refunded_at >= o.paid_at)) IS NOT TRUE
       THEN format('refund %%s of %%s is %%s, order %%s %%s', f.number, f.amount, f.state, o.number,
                   CASE WHEN o.cancelled_at IS NOT NULL THEN 'is cancelled'
                        WHEN o.paid_at IS NULL THEN 'is not paid'
                        ELSE format('was paid at %%s, after %%s', o.paid_at, f.refunded_at) END)
       END AS difference
FROM settlement_refund f
JOIN sellers_order o ON o.id = f.order_id
WHERE f.state NOT IN ('rejected', 'withdrawn') AND touched(seller, f.seller_id)
