-- The bills that a run has just issued to these sellers and that no approved preview had shown, with a look
-- where one was due: their content is no other than what the approver saw, or nothing stands against them.
--   run, cycle; sellers bigint[]; since text[]: each seller's open cycle before the run closed it
SELECT b.id, b.seller_id, b.cycle, b.currency, b.settlement_amount
FROM unnest(%(sellers)s::bigint[], %(since)s::text[]) s (id, since)
JOIN settlement_bill b ON b.seller_id = s.id AND b.cycle >= s.since AND b.cycle <= %(cycle)s
WHERE NOT EXISTS (
    SELECT FROM settlement_billrunseller p
    JOIN settlement_billpreviewseller v ON v.seller_id = p.seller_id AND v.content = p.content
    JOIN settlement_billpreview w ON w.id = v.preview_id
    WHERE p.run_id = %(run)s AND p.seller_id = b.seller_id AND p.content <> ''
      AND w.state = 'approved' AND w.cycle = %(cycle)s AND v.look IN ('not_due', 'acknowledged'))
