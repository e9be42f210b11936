-- No recovery stays open once the last bill of its window is closed, or its seller has left. (R5.3)
SELECT CASE WHEN r.window_end < s.open_cycle OR s.left_at IS NOT NULL
       THEN format('recovery %%s is open with %%s; its window ended with %%s, the open cycle of %%s is %%s%%s',
                   r.number, r.outstanding, r.window_end, s.number, s.open_cycle,
                   CASE WHEN s.left_at IS NOT NULL THEN ', who has left' END)
       END AS difference
FROM settlement_recovery r
JOIN sellers_seller s ON s.id = r.seller_id
WHERE r.state = 'open' AND touched(seller, r.seller_id)
