-- The parts of a bill run, or of a preview of one: its sellers with the transactions each has due, in
-- batches of about equal weight, the biggest first. A batch is what one worker takes in one transaction: of a
-- large marketplace as much as makes work for all workers, within limits.
--   owner, cycle; everyone boolean: else of the parts that are there; workers
--   lines, members: what a batch may hold; most_lines, most_members: where that leaves many batches a worker
--   $parts, $owner   the table of the parts, and its column for whose they are
WITH behind AS (
    SELECT s.id, s.open_cycle
    FROM sellers_seller s
    WHERE %(everyone)s OR s.id IN (SELECT seller_id FROM $parts WHERE $owner = %(owner)s)
),
weighed AS (
    SELECT b.id,
           (SELECT count(*) FROM sellers_order o
            WHERE o.seller_id = b.id
              AND o.due_cycle BETWEEN coalesce(b.open_cycle, '000000') AND %(cycle)s)
         + (SELECT count(*) FROM sellers_usagerecord u
            WHERE u.seller_id = b.id
              AND u.due_cycle BETWEEN coalesce(b.open_cycle, '000000') AND %(cycle)s) AS weight
    FROM behind b
),
sized AS (
    SELECT greatest(%(lines)s, least(%(most_lines)s, ceil(sum(weight) / %(workers)s))) AS lines,
           greatest(%(members)s, least(%(most_members)s, ceil(count(*)::numeric / %(workers)s))) AS members
    FROM weighed
),
ranked AS (
    SELECT id, weight,
           sum(weight) OVER (ORDER BY weight DESC, id) - weight AS before,
           row_number() OVER (ORDER BY weight DESC, id) - 1 AS place
    FROM weighed
),
batched AS (
    SELECT id, weight, div(before, lines) AS by_weight, place, members FROM ranked, sized
)
INSERT INTO $parts ($owner, seller_id, weight, batch)
SELECT %(owner)s, id, weight,
       dense_rank() OVER (ORDER BY by_weight,
                          div((place - first_place)::numeric, members)) - 1
FROM (SELECT *, min(place) OVER (PARTITION BY by_weight) AS first_place FROM batched) placed
ON CONFLICT ($owner, seller_id) DO UPDATE SET weight = excluded.weight, batch = excluded.batch
