-- A seller's cycles close in order, none before it has ended; bills lie in closed cycles alone. (R1.6)
WITH issued AS (
    SELECT b.seller_id, bool_or(b.id < before.id OR b.id > after.id) AS out_of_order
    FROM settlement_bill b
    LEFT JOIN LATERAL (SELECT o.id FROM settlement_bill o WHERE o.seller_id = b.seller_id AND o.cycle < b.cycle
                       ORDER BY o.cycle DESC LIMIT 1) before ON TRUE
    LEFT JOIN LATERAL (SELECT o.id FROM settlement_bill o WHERE o.seller_id = b.seller_id AND o.cycle > b.cycle
                       ORDER BY o.cycle LIMIT 1) after ON TRUE
    WHERE touched(bill, b.id)
    GROUP BY b.seller_id
),
done AS (
    SELECT p.seller_id, max(r.cycle) AS last_done
    FROM settlement_billrunseller p
    JOIN settlement_billrun r ON r.id = p.run_id
    WHERE p.state = 'done' AND touched(seller, p.seller_id)
    GROUP BY p.seller_id
)
SELECT CASE WHEN (
           (l.cycle < s.open_cycle OR l.cycle IS NULL)
           AND (d.last_done < s.open_cycle OR d.last_done IS NULL)
           AND i.out_of_order IS NOT TRUE
           AND (s.open_cycle <= %(current_cycle)s OR s.open_cycle IS NULL)) IS NOT TRUE
       THEN format('seller %%s: open cycle %%s, last billed %%s%%s, last run done %%s, this month %%s',
                   s.number, coalesce(s.open_cycle, 'any'), coalesce(l.cycle, 'none'),
                   CASE WHEN i.out_of_order THEN ' (out of order)' END,
                   coalesce(d.last_done, 'none'), %(current_cycle)s)
       END AS difference
FROM sellers_seller s
LEFT JOIN LATERAL (SELECT b.cycle FROM settlement_bill b WHERE b.seller_id = s.id
                   ORDER BY b.cycle DESC LIMIT 1) l ON TRUE
LEFT JOIN issued i ON i.seller_id = s.id
LEFT JOIN done d ON d.seller_id = s.id
