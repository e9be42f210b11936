-- The platform's sequence goes on with what was committed since: each counter's notices in their order, which
-- `place` keeps where ids and counters were drawn in different orders.
WITH waiting AS (
    SELECT id, sequence,
           max(id) OVER (PARTITION BY recipient, CASE recipient WHEN 'seller' THEN seller_number END
                         ORDER BY sequence) AS place
    FROM koogallery_notice
    WHERE platform_sequence IS NULL
),
counted AS (
    SELECT id, %(last)s + row_number() OVER (ORDER BY place, sequence) AS number FROM waiting
)
UPDATE koogallery_notice n SET platform_sequence = counted.number
FROM counted WHERE counted.id = n.id
