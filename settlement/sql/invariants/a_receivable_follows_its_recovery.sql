-- A receivable is open, moved to a bill or paid exactly as its recovery is. (R5.3, R5.7)
SELECT CASE WHEN (
           v.seller_id = r.seller_id AND v.currency = r.currency AND v.amount <= r.amount
           AND v.amount >= r.outstanding
           AND CASE v.state WHEN 'open' THEN r.state = 'receivable'
                            WHEN 'moved_to_bill' THEN r.state = 'open'
                            ELSE r.state = 'recovered' END
           AND coalesce(p.amount, 0) <= v.amount) IS NOT TRUE
       THEN format('recovery %%s is %%s with %%s outstanding; its receivable %%s over %%s is %%s, %%s paid',
                   r.number, r.state, r.outstanding, coalesce(v.number, '(missing)'), v.amount,
                   v.state, coalesce(p.amount, 0))
       END AS difference
FROM settlement_recovery r
LEFT JOIN settlement_receivable v ON v.recovery_id = r.id
LEFT JOIN (SELECT receivable_id, sum(amount) AS amount
           FROM settlement_receivablepayment
           WHERE touched(seller, seller_id) GROUP BY receivable_id) p ON p.receivable_id = v.id
WHERE (v.id IS NOT NULL OR r.state = 'receivable') AND touched(seller, r.seller_id)
