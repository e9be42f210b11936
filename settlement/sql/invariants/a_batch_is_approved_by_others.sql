-- A batch is the sum of its payouts, and approved by enough others than who put it together. (R4.4, R8.2)
SELECT CASE WHEN b.state <> 'cancelled' AND (b.amount, b.count) IS DISTINCT FROM (p.amount, p.payouts)
       THEN format('batch %%s is over %%s %%s; its payouts make %%s', b.number, b.amount, b.currency,
                   coalesce(p.amount, 0))
       WHEN b.state IN ('approved', 'sent', 'settled') AND coalesce(a.approvals, 0) < b.approvals_needed
       THEN format('batch %%s is %%s; %%s of %%s have approved it', b.number, b.state,
                   coalesce(a.approvals, 0), b.approvals_needed)
       END AS difference
FROM settlement_payoutbatch b
LEFT JOIN LATERAL (
    SELECT sum(o.amount) AS amount, count(*)::int AS payouts FROM settlement_payout o
    WHERE o.batch_id = b.id AND o.currency = b.currency
) p ON TRUE
LEFT JOIN LATERAL (
    SELECT count(DISTINCT operator_id) AS approvals FROM settlement_payoutapproval e
    WHERE e.batch_id = b.id AND e.operator_id <> b.created_by_id
) a ON TRUE
WHERE touched(batch, b.id) OR b.state NOT IN ('settled', 'cancelled')
