-- Transaction Details as a file has them: each with its bill and line, or with what keeps it from one, and what
-- was refunded. Says in SQL what transaction_rows.py and conditions.py say in Python; a test holds the one
-- against the other.
--
--   now, this_cycle    the instant it is told for, and the cycle that holds it
--   words              what is waited for, and why it never reaches a bill, in words: JSON by their names
--   $$waits_for        waits_for.sql
--   transactions       transactions.sql, without a last row; its parameters are this statement's, too
SELECT t.kind, o.number, s.number, p.number, p.name, o.customer_name, o.customer_account, t.records,
       CASE WHEN t.kind = 'usage' THEN NULL WHEN t.refund_id <> 0 THEN r.refunded_at ELSE o.effective_at END,
       t.cycle, t.due_cycle, o.currency, t.sales_amount, t.customer_wht, o.platform_fee_ratio,
       CASE WHEN NOT t.is_billed THEN '' WHEN t.kind <> 'usage' THEN coalesce(b.number, '')
            ELSE coalesce((SELECT u.number FROM settlement_bill u
                           WHERE u.seller_id = o.seller_id AND u.cycle >= t.due_cycle
                           ORDER BY u.cycle LIMIT 1), '') END,
       l.line_no,
       CASE WHEN w.never = '' THEN coalesce(t.due_cycle, %(this_cycle)s) END,
       CASE WHEN w.never IS NULL THEN '' WHEN w.never <> '' THEN %(words)s::jsonb ->> w.never
            ELSE (SELECT coalesce(string_agg(%(words)s::jsonb ->> reason, '; ' ORDER BY place), '')
                  FROM unnest($waits_for) WITH ORDINALITY waits (reason, place)) END,
       CASE WHEN t.kind = 'usage' THEN NULL WHEN l.line_no IS NOT NULL THEN l.settlement
            ELSE round((o.sales_amount - o.customer_wht) * (1 - o.platform_fee_ratio), 12) END,
       coalesce(r.number, ''), r.amount, coalesce(c.number, '')
FROM ($transactions) t
JOIN sellers_order o ON o.id = t.id
JOIN sellers_seller s ON s.id = o.seller_id
JOIN sellers_product p ON p.id = o.product_id
LEFT JOIN settlement_billline l ON l.order_id = o.id AND l.kind = 'order' AND t.kind <> 'usage'
LEFT JOIN settlement_bill b ON b.id = l.bill_id
LEFT JOIN settlement_refund r ON r.id = t.refund_id
LEFT JOIN settlement_recovery c ON c.refund_id = r.id
-- Of what is on no bill: whether it never will be, and whether a refund holds it back (R4.6).
CROSS JOIN LATERAL (
    SELECT CASE WHEN t.is_billed OR t.refund_id <> 0 THEN NULL
                WHEN o.cancelled_at IS NOT NULL THEN 'cancelled'
                WHEN sum(a.amount) FILTER (WHERE a.state = 'refunded') >= o.paid_amount THEN 'fully_refunded'
                ELSE '' END AS never,
           coalesce(bool_or(a.state = 'approved'), false) AS is_pending
    FROM settlement_refund a
    WHERE a.order_id = o.id AND t.kind = 'order' AND NOT t.is_billed AND a.state IN ('approved', 'refunded')
) w
ORDER BY t.id DESC, coalesce(t.cycle, '999999') DESC, coalesce(t.due_cycle, '999999') DESC, t.refund_id DESC
