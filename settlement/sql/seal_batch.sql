-- Seal the changes of one batch: a link for each seller they are of, after the seller's last (R7.3). Of a
-- close the link is its bill's, and over the bill's lines, too, in runs of 100,000.
--   batch  bigint    that the changes bear
--   bills  bigint[]  that the close issued
--   line_columns  text  their names as JSON;  $line  the canonical form of a line `n`
WITH parts AS MATERIALIZED (
    SELECT seller_id, table_name,
           to_json(array_agg(encode(sha256(convert_to(content, 'UTF8')), 'hex') ORDER BY id))::text AS digests
    FROM settlement_sealedchange WHERE batch = %(batch)s
    GROUP BY seller_id, table_name
),
changed AS (
    SELECT seller_id,
           '{' || string_agg(to_json(table_name)::text || ':"'
                             || encode(sha256(convert_to(digests, 'UTF8')), 'hex') || '"',
                             ',' ORDER BY table_name COLLATE "C") || '}' AS parts
    FROM parts GROUP BY seller_id
),
lined AS MATERIALIZED (
    SELECT b.id, b.seller_id, b.number,
           concat('{"columns":', %(line_columns)s::text, ',"runs":',
                  to_json(array_agg(run.digest ORDER BY run.place)), '}') AS lines
    FROM settlement_bill b
    CROSS JOIN LATERAL (
        SELECT coalesce(max(line_no), 1) AS last FROM settlement_billline WHERE bill_id = b.id) l
    CROSS JOIN LATERAL (
        SELECT place,
               (SELECT encode(sha256(convert_to(concat('[', string_agg(ordered.form, ','), ']'), 'UTF8')), 'hex')
                FROM (SELECT $line AS form FROM settlement_billline n
                      WHERE n.bill_id = b.id AND n.line_no > place * 100000
                        AND n.line_no <= (place + 1) * 100000
                      ORDER BY n.line_no) ordered) AS digest
        FROM generate_series(0, (l.last - 1) / 100000) place) run
    WHERE b.id = ANY(%(bills)s::bigint[])
    GROUP BY b.id, b.seller_id, b.number
),
linked AS (
    SELECT c.seller_id, b.id AS bill_id, coalesce(last.place, 0) + 1 AS place, now() AS at,
           concat('{"bill":', coalesce(to_json(b.number)::text, 'null'),
                  ',"lines":', coalesce(b.lines, 'null'),
                  ',"parts":', c.parts,
                  ',"place":"', coalesce(last.place, 0) + 1,
                  '","previous":', coalesce(to_json(last.hash)::text, 'null'),
                  ',"sealed_at":', to_json(now() AT TIME ZONE 'UTC'),
                  ',"seller":', coalesce(to_json(s.number)::text, 'null'), '}') AS content
    FROM changed c
    LEFT JOIN sellers_seller s ON s.id = c.seller_id
    LEFT JOIN lined b ON b.seller_id = c.seller_id
    LEFT JOIN LATERAL (
        (SELECT place, hash FROM settlement_seal
         WHERE seller_id = c.seller_id ORDER BY place DESC LIMIT 1)
        UNION ALL
        (SELECT place, hash FROM settlement_seal
         WHERE c.seller_id IS NULL AND seller_id IS NULL ORDER BY place DESC LIMIT 1)) last ON true
)
INSERT INTO settlement_seal (seller_id, place, bill_id, batch, content, hash, sealed_at)
SELECT seller_id, place, bill_id, %(batch)s, content,
       encode(sha256(convert_to(content, 'UTF8')), 'hex'), at
FROM linked
ORDER BY seller_id
