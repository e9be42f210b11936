-- Each seal, beside what it says (R7.3): one row for each that differs, with what is wrong with it.
WITH changes AS (
    SELECT batch, seller_id, table_name,
           to_json(array_agg(encode(sha256(convert_to(content, 'UTF8')), 'hex') ORDER BY id))::text AS digests
    FROM settlement_sealedchange WHERE batch IS NOT NULL
    GROUP BY batch, seller_id, table_name
),
parts AS MATERIALIZED (
    SELECT batch, seller_id,
           jsonb_object_agg(table_name, encode(sha256(convert_to(digests, 'UTF8')), 'hex')) AS parts
    FROM changes GROUP BY batch, seller_id
),
said AS MATERIALIZED (
    SELECT l.*, l.content::jsonb AS says, b.number AS bill, s.number AS seller,
           row_number() OVER chain AS counted, lag(l.hash) OVER chain AS before
    FROM settlement_seal l
    LEFT JOIN sellers_seller s ON s.id = l.seller_id
    LEFT JOIN settlement_bill b ON b.id = l.bill_id
    WINDOW chain AS (PARTITION BY l.seller_id ORDER BY l.place)
),
looked AS (
    SELECT concat('settlement_seal ', s.place, ' of ', coalesce(s.says ->> 'seller', 'the platform'),
                  coalesce(', bill ' || (s.says ->> 'bill'), ''), ' ', wrong.what) AS difference
    FROM said s
    LEFT JOIN parts p ON p.batch = s.batch AND p.seller_id IS NOT DISTINCT FROM s.seller_id
    CROSS JOIN LATERAL (
        SELECT 'is not the SHA-256 of what it says' AS what
        WHERE s.hash <> encode(sha256(convert_to(s.content, 'UTF8')), 'hex')
        UNION ALL
        SELECT 'is over other changes than are on record: ' || (
            SELECT string_agg(coalesce(a.key, b.key), ', ' ORDER BY coalesce(a.key, b.key))
            FROM jsonb_each_text(p.parts) a FULL JOIN jsonb_each_text(s.says -> 'parts') b ON a.key = b.key
            WHERE a.value IS DISTINCT FROM b.value)
        WHERE p.parts IS DISTINCT FROM s.says -> 'parts'
        UNION ALL
        SELECT 'does not follow the one before'
        WHERE s.place <> s.counted OR s.says ->> 'previous' IS DISTINCT FROM s.before
        UNION ALL
        SELECT 'names another place, seller, bill or instant than it has'
        WHERE (s.says ->> 'place', s.says ->> 'seller', s.says ->> 'bill', s.says -> 'sealed_at')
              IS DISTINCT FROM (s.place::text, s.seller, s.bill, to_jsonb(s.sealed_at AT TIME ZONE 'UTC'))
    ) wrong
    UNION ALL
    SELECT concat('settlement_sealedchange of batch ', p.batch, ' and seller ', p.seller_id, ' is in no seal')
    FROM parts p
    WHERE NOT EXISTS (SELECT FROM settlement_seal s WHERE s.batch = p.batch
                      AND s.seller_id IS NOT DISTINCT FROM p.seller_id)
    UNION ALL
    SELECT concat('settlement_bill ', b.number, ' has no seal')
    FROM settlement_bill b
    WHERE NOT EXISTS (SELECT FROM settlement_seal s WHERE s.bill_id = b.id)
      AND NOT EXISTS (SELECT FROM settlement_sealedchange c
                      WHERE c.table_name = 'settlement_bill' AND c.operation = 'baseline'
                        AND c.content::jsonb -> 'keys' ? b.id::text)
)
SELECT difference FROM looked ORDER BY difference
