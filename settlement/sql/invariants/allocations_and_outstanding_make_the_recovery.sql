-- What was taken and what is outstanding make the amount of every recovery. (R5.4)
SELECT CASE WHEN (
           r.amount = r.outstanding + coalesce(a.amount, 0)
           AND r.outstanding >= 0
           AND (r.state = 'recovered') = (r.outstanding = 0)
           AND a.strangers IS NOT TRUE) IS NOT TRUE
       THEN format('recovery %%s (%%s): %%s taken and %%s outstanding of %%s%%s', r.number, r.state,
                   coalesce(a.amount, 0), r.outstanding, r.amount,
                   CASE WHEN a.strangers THEN '; taken from another seller' END)
       END AS difference
FROM settlement_recovery r
LEFT JOIN (SELECT t.recovery_id, sum(t.amount) AS amount,
                  bool_or(t.seller_id <> w.seller_id) AS strangers
           FROM settlement_allocation t
           JOIN settlement_recovery w ON w.id = t.recovery_id
           WHERE touched(seller, w.seller_id)
           GROUP BY t.recovery_id) a ON a.recovery_id = r.id
WHERE touched(seller, r.seller_id)
