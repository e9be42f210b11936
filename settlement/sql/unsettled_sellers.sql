-- Sellers for whom a close, or whatever reported a refund, has left something undone (R5.1, R5.3): a refund of
-- a billed order without its recovery, a recovery open after its window, a receivable beside a deposit.
SELECT o.seller_id
FROM settlement_refund f
JOIN sellers_order o ON o.id = f.order_id
JOIN settlement_billline l ON l.order_id = o.id AND l.kind = 'order'
LEFT JOIN settlement_recovery r ON r.refund_id = f.id
WHERE f.state = 'refunded' AND r.id IS NULL
GROUP BY o.seller_id, o.id, l.refunded_before
HAVING sum(f.amount) > l.refunded_before
UNION
SELECT r.seller_id
FROM settlement_recovery r
JOIN sellers_seller s ON s.id = r.seller_id
LEFT JOIN settlement_deposit d ON d.seller_id = r.seller_id
WHERE r.state = 'open' AND (r.window_end < s.open_cycle OR s.left_at IS NOT NULL)
   OR r.state = 'receivable' AND d.balance > 0
ORDER BY 1
