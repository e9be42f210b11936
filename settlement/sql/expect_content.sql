-- What an approved preview shows is what its run is expected to issue. Sellers held back, or whose preview
-- was refused, are parked from the start.
--   run, preview
UPDATE settlement_billrunseller p
SET expected = coalesce(nullif(shown.content, ''), p.expected),
    state = CASE WHEN shown.look = 'held' OR shown.state = 'blocked' THEN 'parked' ELSE p.state END,
    reason = CASE WHEN shown.look = 'held' THEN 'Held back: ' || shown.look_comment
                  WHEN shown.state = 'blocked' THEN shown.reason ELSE '' END
FROM settlement_billpreviewseller shown
WHERE p.run_id = %(run)s AND shown.preview_id = %(preview)s AND shown.seller_id = p.seller_id
