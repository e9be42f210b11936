-- Seal the changes of one batch: a link for each seller they are of, after the seller's last (R7.3). Of a
-- close the link is its bill's, and over the bill's lines, too, in runs of 100,000.
--   batch  bigint    that the changes bear
--   after  bigint    the last change before them
--   bills  bigint[]  that the close issued;  $$run  the digest of a run of lines;  $$lines  their table
WITH parts AS MATERIALIZED (
    SELECT seller_id, table_name,
           to_json(array_agg(encode(sha256(convert_to(content, 'UTF8')), 'hex') ORDER BY id))::text AS digests
    FROM settlement_sealedchange WHERE id > %(after)s AND batch = %(batch)s
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
           (SELECT concat('{"runs":', to_json(array_agg($run ORDER BY place)), '}')
            FROM generate_series(0, ((SELECT max(line_no) FROM $lines WHERE bill_id = b.id) - 1)
                                    / 100000) place) AS lines
    FROM settlement_bill b
    WHERE b.id = ANY(%(bills)s::bigint[])
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
