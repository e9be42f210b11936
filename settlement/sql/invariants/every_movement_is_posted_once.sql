-- Whatever moved money has the one journal that its key names, and there is no other. (R7.1)
WITH moved AS (
    SELECT 'bill:' || number AS key FROM settlement_bill WHERE touched(bill, id)
    UNION ALL
    SELECT 'carry-over:' || b.number
    FROM settlement_adjustment a
    JOIN settlement_bill b ON b.id = a.bill_id
    WHERE a.kind = 'carry_over' AND touched(mover, a.seller_id)
    UNION ALL
    SELECT 'recovery:' || number FROM settlement_recovery WHERE touched(mover, seller_id)
    UNION ALL
    SELECT 'allocation:' || r.number || ':' || b.number
    FROM settlement_allocation a
    JOIN settlement_recovery r ON r.id = a.recovery_id
    JOIN settlement_bill b ON b.id = a.bill_id
    WHERE touched(mover, a.seller_id)
    UNION ALL
    SELECT 'deposit:' || id FROM settlement_depositmovement WHERE touched(mover, seller_id)
    UNION ALL
    SELECT 'payment:' || id FROM settlement_receivablepayment WHERE touched(mover, seller_id)
    UNION ALL
    SELECT 'payout:' || number FROM settlement_payout
    WHERE (sent_at IS NOT NULL OR paid_at IS NOT NULL OR opening_balance IS NOT NULL) AND touched(mover, seller_id)
    UNION ALL
    SELECT 'bank_line:' || number FROM settlement_bankline WHERE repeats_id IS NULL AND touched(bank_line, id)
    UNION ALL
    SELECT 'bank_line_cleared:' || l.number || ':' || s.number
    FROM settlement_bankline l
    JOIN sellers_seller s ON s.id = l.seller_id
    WHERE touched(mover, l.seller_id)
    UNION ALL
    SELECT 'bank_charges:' || number FROM settlement_bankline
    WHERE purpose <> '' AND kept_of(settlement_bankline) <> 0 AND touched(bank_line, id)
),
journals AS (
    SELECT key FROM (
        SELECT * FROM settlement_journal WHERE kind = 'bill' AND touched(journal, id)
        UNION ALL
        SELECT * FROM settlement_journal WHERE kind <> 'bill' AND touched(mover, seller_id) AND seller_id IS NOT NULL
        UNION ALL
        SELECT * FROM settlement_journal
        WHERE kind <> 'bill' AND seller_id IS NULL AND (touched(bank_subject, subject) OR touched(journal, id))
    ) looked_at
    WHERE kind NOT IN ('receivable', 'receivable_moved', 'bank_balance')
      AND key NOT IN (SELECT 'bank_line_cleared:' || l.number || ':' || s.number
                      FROM settlement_bankline l
                      JOIN settlement_payout p ON p.batch_id = l.batch_id
                      JOIN sellers_seller s ON s.id = p.seller_id
                      WHERE l.purpose = 'batch' AND touched(mover, p.seller_id))
      AND reverses_id IS NULL
      AND NOT (kind IN ('bank_line_cleared', 'bank_charges')
               AND EXISTS (SELECT FROM settlement_journal r WHERE r.reverses_id = looked_at.id))
)
SELECT CASE WHEN m.key IS NULL THEN format('journal %%s has no movement', j.key)
            WHEN j.key IS NULL THEN format('movement %%s has no journal', m.key)
       END AS difference
FROM moved m
FULL JOIN journals j ON j.key = m.key
