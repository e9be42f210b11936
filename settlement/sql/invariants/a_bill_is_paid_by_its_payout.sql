-- A bill is paid, failed or in payment as the payout that pays it says, or else the last that was to. (R3.3, R8.2)
SELECT CASE WHEN (CASE b.state
                      WHEN 'paid' THEN l.state = 'paid'
                      WHEN 'payment_failed' THEN l.state IN ('failed', 'returned')
                      WHEN 'payment_processing' THEN coalesce(l.state, 'planned') IN ('planned', 'in_batch', 'sent')
                      ELSE l.state IS NULL
                  END) IS NOT TRUE
       THEN format('bill %%s is %%s, and its payout %%s is %%s', b.number, b.state,
                   coalesce(l.number, '(none)'), coalesce(l.state, 'missing'))
       END AS difference
FROM settlement_bill b
LEFT JOIN LATERAL (
    SELECT p.number, p.state FROM settlement_payoutitem i
    JOIN settlement_payout p ON p.id = i.payout_id
    WHERE i.bill_id = b.id ORDER BY i.is_open DESC, i.id DESC LIMIT 1
) l ON TRUE
WHERE (b.state IN ('payment_processing', 'paid', 'payment_failed') OR l.state IS NOT NULL) AND touched(bill, b.id)
