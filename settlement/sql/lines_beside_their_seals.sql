-- The lines of sealed bills, beside their seals (R7.3): the bills whose lines are others than were sealed.
--   columns  text  as the seal names them, JSON;  $line  the canonical form of a line `n`
SELECT s.content::json ->> 'bill'
FROM settlement_seal s
CROSS JOIN LATERAL (
    SELECT coalesce(max(line_no), 1) AS last FROM settlement_billline WHERE bill_id = s.bill_id) l
CROSS JOIN LATERAL (
    SELECT to_json(array_agg(
               (SELECT encode(sha256(convert_to(concat('[', string_agg(ordered.form, ','), ']'), 'UTF8')), 'hex')
                FROM (SELECT $line AS form FROM settlement_billline n
                      WHERE n.bill_id = s.bill_id AND n.line_no > place * 100000
                        AND n.line_no <= (place + 1) * 100000
                      ORDER BY n.line_no) ordered) ORDER BY place))::text AS runs
    FROM generate_series(0, (l.last - 1) / 100000) place) stands
WHERE s.content::json #>> '{lines,columns}' = %(columns)s
  AND s.content::json #>> '{lines,runs}' <> stands.runs
ORDER BY 1
