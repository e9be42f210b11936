-- Every approved refund has the approvals it needs, none of them by whoever asked for it. (R4.4)
SELECT CASE WHEN (
           coalesce(a.operators, 0) >= f.approvals_needed AND a.own IS NOT TRUE) IS NOT TRUE
       THEN format('refund %%s is %%s with %%s of %%s approvals%%s', f.number, f.state,
                   coalesce(a.operators, 0), f.approvals_needed,
                   CASE WHEN a.own THEN ', one by whoever asked for it' END)
       END AS difference
FROM settlement_refund f
LEFT JOIN (SELECT p.refund_id, count(DISTINCT p.operator_id) AS operators,
                  bool_or(p.operator_id = w.requested_by_id) AS own
           FROM settlement_refundapproval p
           JOIN settlement_refund w ON w.id = p.refund_id
           WHERE touched(seller, w.seller_id)
           GROUP BY p.refund_id) a ON a.refund_id = f.id
WHERE (f.state IN ('approved', 'refunded') OR a.own) AND touched(seller, f.seller_id)
