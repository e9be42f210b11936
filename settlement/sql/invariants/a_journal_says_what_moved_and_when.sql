-- A journal names what moved, when it happened, and when the books learnt of it. (R7.1, R7.2)
-- A journal is posted by the transaction that moved it, which takes less than an hour.
WITH moved AS (
    SELECT 'bill:' || b.number AS key, 'bill' AS kind, b.number AS subject, b.seller_id,
           b.issued_at AS recorded_at, NULL::timestamptz AS effective_at, b.cycle AS ends
    FROM settlement_bill b
    WHERE touched(bill, b.id)
    UNION ALL
    SELECT 'carry-over:' || b.number, 'carry_over', b.number, b.seller_id, b.issued_at, NULL, b.cycle
    FROM settlement_adjustment a
    JOIN settlement_bill b ON b.id = a.bill_id
    WHERE a.kind = 'carry_over' AND touched(mover, a.seller_id)
    UNION ALL
    SELECT 'recovery:' || r.number,
           CASE r.basis WHEN 'negative_balance' THEN 'negative_balance' ELSE 'recovery' END, r.number,
           r.seller_id, r.opened_at, r.refunded_at, NULL
    FROM settlement_recovery r
    WHERE touched(mover, r.seller_id)
    UNION ALL
    SELECT 'allocation:' || r.number || ':' || b.number, 'allocation', r.number, a.seller_id, a.at, NULL,
           b.cycle
    FROM settlement_allocation a
    JOIN settlement_recovery r ON r.id = a.recovery_id
    JOIN settlement_bill b ON b.id = a.bill_id
    WHERE touched(mover, a.seller_id)
    UNION ALL
    SELECT 'deposit:' || m.id, 'deposit', coalesce(r.number, s.number), m.seller_id, m.at, m.at, NULL
    FROM settlement_depositmovement m
    JOIN sellers_seller s ON s.id = m.seller_id
    LEFT JOIN settlement_allocation a ON a.movement_id = m.id
    LEFT JOIN settlement_recovery r ON r.id = a.recovery_id
    WHERE touched(mover, m.seller_id)
    UNION ALL
    SELECT 'payout:' || p.number, 'payout', p.number, p.seller_id, coalesce(p.sent_at, j.at),
           coalesce(p.sent_at, p.paid_at), NULL
    FROM settlement_payout p
    LEFT JOIN LATERAL (SELECT min(a.at) AS at FROM koogallery_act a
                       WHERE a.object_kind = 'payout' AND a.object_number = p.number AND a.verb = 'paid') j ON TRUE
    WHERE (p.sent_at IS NOT NULL OR p.paid_at IS NOT NULL) AND touched(mover, p.seller_id)
    UNION ALL
    SELECT 'bank_line:' || number, 'bank_line', number, NULL, taken_at, NULL, NULL
    FROM settlement_bankline
    WHERE touched(bank_line, id)
    UNION ALL
    SELECT 'bank_charges:' || number, 'bank_charges', number, NULL, coalesce(attributed_at, taken_at),
           attributed_at, NULL
    FROM settlement_bankline
    WHERE state <> 'reversed' AND touched(bank_line, id)
    UNION ALL
    SELECT 'bank_line_cleared:' || l.number || ':' || s.number, 'bank_line_cleared', l.number, s.id,
           coalesce(l.attributed_at, l.taken_at), l.attributed_at, NULL
    FROM settlement_bankline l
    LEFT JOIN settlement_payout p ON p.batch_id = l.batch_id
    JOIN sellers_seller s ON s.id = coalesce(l.seller_id, p.seller_id)
    WHERE touched(bank_line, l.id)
)
SELECT CASE WHEN (
           j.kind = m.kind AND j.subject = m.subject AND j.seller_id IS NOT DISTINCT FROM m.seller_id
           AND j.recorded_at BETWEEN m.recorded_at - interval '1 hour' AND m.recorded_at + interval '1 hour'
           AND (m.effective_at IS NULL
                OR j.effective_at BETWEEN m.effective_at - interval '1 hour'
                                      AND m.effective_at + interval '1 hour')
           AND (m.ends IS NULL OR to_char((j.effective_at - interval '1 microsecond') AT TIME ZONE %(zone)s,
                                          'YYYYMM') = m.ends)) IS NOT TRUE
       THEN format('journal %%s is a %%s of %%s, effective at %%s, recorded at %%s; moved was a %%s of %%s, '
                   'effective at %%s, recorded at %%s', j.key, j.kind, j.subject, j.effective_at,
                   j.recorded_at, m.kind, m.subject, coalesce(m.effective_at::text, 'the end of ' || m.ends),
                   m.recorded_at)
       END AS difference
FROM settlement_journal j
JOIN moved m ON m.key = j.key
