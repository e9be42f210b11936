-- A seller's cycles close in order, none before it has ended; bills lie in closed cycles alone. (R1.6)
WITH issued AS (
    SELECT seller_id, max(cycle) AS last_billed,
           bool_or(cycle < earlier) AS out_of_order
    FROM (SELECT seller_id, cycle, max(cycle) OVER (PARTITION BY seller_id ORDER BY id
                                                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                 AS earlier
          FROM settlement_bill) b
    GROUP BY seller_id
),
done AS (
    SELECT p.seller_id, max(r.cycle) AS last_done
    FROM settlement_billrunseller p
    JOIN settlement_billrun r ON r.id = p.run_id
    WHERE p.state = 'done'
    GROUP BY p.seller_id
)
SELECT CASE WHEN (
           (i.last_billed < s.open_cycle OR i.last_billed IS NULL)
           AND (d.last_done < s.open_cycle OR d.last_done IS NULL)
           AND i.out_of_order IS NOT TRUE
           AND (s.open_cycle <= %(current_cycle)s OR s.open_cycle IS NULL)) IS NOT TRUE
       THEN format('seller %%s: open cycle %%s, last billed %%s%%s, last run done %%s, this month %%s',
                   s.number, coalesce(s.open_cycle, 'any'), coalesce(i.last_billed, 'none'),
                   CASE WHEN i.out_of_order THEN ' (out of order)' END,
                   coalesce(d.last_done, 'none'), %(current_cycle)s)
       END AS difference
FROM sellers_seller s
LEFT JOIN issued i ON i.seller_id = s.id
LEFT JOIN done d ON d.seller_id = s.id
