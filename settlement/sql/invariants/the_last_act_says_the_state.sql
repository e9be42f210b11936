-- What was decided about a row stands on record: its last act says the state that it is in. (R4.4)
WITH stands AS (
    SELECT 'refund' AS kind, number, state, '{approved,refunded,rejected,withdrawn}'::text[] AS final
    FROM settlement_refund WHERE touched(seller, seller_id)
    UNION ALL SELECT 'invoice', number, state, '{verified,rejected,withdrawn}' FROM settlement_invoice
    WHERE touched(seller, seller_id)
    UNION ALL SELECT 'dispute', number, state, '{accepted,declined,withdrawn}' FROM settlement_dispute
    WHERE touched(seller, seller_id)
    UNION ALL SELECT 'bill preview', number, state, '{approved}' FROM settlement_billpreview
    UNION ALL SELECT 'bill hold', number, CASE WHEN released_at IS NULL THEN 'held' ELSE 'released' END,
                     '{released}' FROM settlement_billhold WHERE touched(seller, seller_id)
    UNION ALL SELECT 'approval request', number, state, '{approved,rejected,withdrawn}'
    FROM koogallery_approvalrequest WHERE touched(approval_request, id)
    UNION ALL SELECT 'payout', number, state, '{paid,failed,returned}' FROM settlement_payout
    WHERE touched(seller, seller_id)
    UNION ALL SELECT 'payout batch', number, state, '{cancelled}' FROM settlement_payoutbatch
    WHERE touched(batch, id)
    UNION ALL SELECT 'bank line', number, state, '{attributed}' FROM settlement_bankline
    WHERE touched(bank_line, id)
    UNION ALL SELECT 'bank_account', number, state, '{approved,rejected,withdrawn,stopped}'
    FROM sellers_bankaccount
    -- one operator decided it with its certification, before the first account took two
    WHERE (of_certification AND approved_by_id = checked_by_id) IS NOT TRUE AND touched(seller, seller_id)
)
SELECT CASE WHEN r.state = ANY (r.final) AND s.state IS DISTINCT FROM r.state
              OR r.state <> ALL (r.final) AND s.state = ANY (r.final)
       THEN format('%%s %%s is %%s, and its acts say %%s',
                   r.kind, r.number, r.state, coalesce(s.state, 'nothing of it'))
       END AS difference
FROM stands r
LEFT JOIN LATERAL (
    SELECT CASE WHEN a.verb = 'released' THEN a.verb ELSE coalesce(a.changes->'state'->>1, a.facts->>'state') END AS state
    FROM koogallery_act a
    WHERE a.object_kind = r.kind AND a.object_number = r.number
      AND (a.verb = 'released' OR coalesce(a.changes->'state'->>1, a.facts->>'state') IS NOT NULL)
    ORDER BY a.id DESC LIMIT 1) s ON TRUE
