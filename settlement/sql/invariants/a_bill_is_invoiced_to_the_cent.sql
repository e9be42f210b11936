-- A bill under review or about to be paid is invoiced to the cent, and paid only on verified invoices. (R8.1)
SELECT CASE WHEN coalesce(i.total, 0) <> b.net_payable
       THEN format('bill %%s is %%s and pays %%s; its invoices ask for %%s',
                   b.number, b.state, b.net_payable, coalesce(i.total, 0))
       WHEN b.state IN ('payment_processing', 'paid', 'payment_failed') AND NOT i.verified
       THEN format('bill %%s is to be paid, and not all of its invoices are verified', b.number)
       END AS difference
FROM settlement_bill b
LEFT JOIN (
    SELECT bill_id, sum(amount) AS total, bool_and(state = 'verified') AS verified
    FROM settlement_invoice
    WHERE state IN ('received', 'under_review', 'verified') AND touched(bill, bill_id)
    GROUP BY bill_id
) i ON i.bill_id = b.id
WHERE b.state IN ('invoice_under_review', 'payment_processing', 'paid', 'payment_failed') AND touched(bill, b.id)
