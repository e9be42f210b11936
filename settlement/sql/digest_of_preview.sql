-- One digest for all that a preview shows: each seller with what would be issued, or why nothing could be.
--   preview
SELECT encode(sha256(convert_to(coalesce(string_agg(
           concat_ws('|', s.number, p.state, p.content, p.reason), E'\n' ORDER BY s.number COLLATE "C"), ''),
       'UTF8')), 'hex')
FROM settlement_billpreviewseller p
JOIN sellers_seller s ON s.id = p.seller_id
WHERE p.preview_id = %(preview)s
