-- The lines of sealed bills, beside their seals (R7.3): the bills whose lines are others than were sealed.
--   $$run  the digest of a run of lines
SELECT s.content::json ->> 'bill'
FROM settlement_seal s
CROSS JOIN LATERAL (SELECT max(line_no) AS last FROM settlement_billline WHERE bill_id = s.bill_id) l
CROSS JOIN LATERAL (
    SELECT to_json(array_agg($run ORDER BY place))::text AS runs
    FROM generate_series(0, (l.last - 1) / 100000) place) stands
WHERE s.bill_id IS NOT NULL AND s.content::json #>> '{lines,runs}' IS DISTINCT FROM stands.runs
ORDER BY 1
