-- A receivable opens with what its recovery has outstanding then, under the recovery's number. (R5.3)
SELECT CASE WHEN v.number <> 'RV' || substr(r.number, 3)
       THEN format('receivable %%s is of recovery %%s', v.number, r.number)
       WHEN v.amount <> r.amount AND NOT EXISTS (
           SELECT FROM settlement_allocation last
           WHERE last.recovery_id = r.id AND r.amount - v.amount = (
               SELECT sum(a.amount) FROM settlement_allocation a
               WHERE a.recovery_id = r.id AND a.id <= last.id))
       THEN format('receivable %%s opened with %%s; recovery %%s of %%s never had that outstanding',
                   v.number, v.amount, r.number, r.amount)
       WHEN v.due_at < v.opened_at
       THEN format('receivable %%s was due at %%s, before it opened at %%s', v.number, v.due_at, v.opened_at)
       END AS difference
FROM settlement_receivable v
JOIN settlement_recovery r ON r.id = v.recovery_id
WHERE touched(seller, v.seller_id)
