-- What was decided about a row stands on record: its last act says the state that it is in. (R4.4)
WITH said AS (
    SELECT object_kind, object_number,
           (array_agg(state ORDER BY id DESC) FILTER (WHERE state IS NOT NULL))[1] AS state
    FROM (
        SELECT id, object_kind, object_number,
               CASE WHEN verb = 'released' THEN verb
                    ELSE coalesce(changes->'state'->>1, facts->>'state') END AS state
        FROM koogallery_act
        WHERE object_kind IN ('refund', 'invoice', 'dispute', 'bill preview', 'bill hold',
                              'approval request', 'bank_account', 'payout', 'payout batch', 'bank line')
    ) acts
    GROUP BY object_kind, object_number
),
stands AS (
    SELECT 'refund' AS kind, number, state, '{approved,refunded,rejected,withdrawn}'::text[] AS final
    FROM settlement_refund
    UNION ALL SELECT 'invoice', number, state, '{verified,rejected,withdrawn}' FROM settlement_invoice
    UNION ALL SELECT 'dispute', number, state, '{accepted,declined,withdrawn}' FROM settlement_dispute
    UNION ALL SELECT 'bill preview', number, state, '{approved}' FROM settlement_billpreview
    UNION ALL SELECT 'bill hold', number, CASE WHEN released_at IS NULL THEN 'held' ELSE 'released' END,
                     '{released}' FROM settlement_billhold
    UNION ALL SELECT 'approval request', number, state, '{approved,rejected,withdrawn}'
    FROM koogallery_approvalrequest
    UNION ALL SELECT 'payout', number, state, '{paid,failed,returned}' FROM settlement_payout
    UNION ALL SELECT 'payout batch', number, state, '{cancelled}' FROM settlement_payoutbatch
    UNION ALL SELECT 'bank line', number, state, '{attributed}' FROM settlement_bankline
    UNION ALL SELECT 'bank_account', number, state, '{approved,rejected,withdrawn,stopped}'
    FROM sellers_bankaccount
    -- one operator decided it with its certification, before the first account took two
    WHERE (of_certification AND approved_by_id = checked_by_id) IS NOT TRUE
)
SELECT CASE WHEN r.state = ANY (r.final) AND s.state IS DISTINCT FROM r.state
              OR r.state <> ALL (r.final) AND s.state = ANY (r.final)
       THEN format('%%s %%s is %%s, and its acts say %%s',
                   r.kind, r.number, r.state, coalesce(s.state, 'nothing of it'))
       END AS difference
FROM stands r
LEFT JOIN said s ON s.object_kind = r.kind AND s.object_number = r.number
