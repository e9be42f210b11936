-- A deposit gives nothing while bills of a recovery's window are still to come. (R5.2, R5.4)
-- One that was a receivable before has passed its first window.
SELECT CASE WHEN EXISTS (SELECT FROM settlement_allocation a
                         WHERE a.recovery_id = r.id AND a.source = 'deposit')
       THEN format('recovery %%s waits for bills through %%s; its deposit was drawn on already',
                   r.number, r.window_end)
       END AS difference
FROM settlement_recovery r
WHERE r.state = 'open' AND touched(seller, r.seller_id)
  AND NOT EXISTS (SELECT FROM settlement_receivable v WHERE v.recovery_id = r.id)
