-- A bill that waits for its invoice, or has passed that, was approved by an act on record. (R3.3)
SELECT CASE WHEN NOT EXISTS (
           SELECT FROM koogallery_act a
           WHERE a.object_kind = 'bill' AND a.object_number = b.number AND a.verb = 'approved')
       THEN format('bill %%s is %%s, and nobody has approved it', b.number, b.state)
       WHEN b.state = 'closed_without_payment' AND b.net_payable <> 0
         OR b.state NOT IN ('pending_approval', 'approval_rejected', 'closed_without_payment')
            AND b.net_payable = 0
       THEN format('bill %%s pays %%s and is %%s', b.number, b.net_payable, b.state)
       END AS difference
FROM settlement_bill b
WHERE b.state NOT IN ('pending_approval', 'approval_rejected') AND touched(bill, b.id)
