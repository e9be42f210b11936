-- Every bill names its seller and products as they are, or as the record knows that they were. (R3.2)
WITH named AS (
    SELECT b.number AS bill, 'seller' AS kind, s.number, 'company_name' AS field,
           b.seller_name AS said, s.company_name AS today
    FROM settlement_bill b
    LEFT JOIN sellers_seller s ON s.id = b.seller_id
    WHERE touched(bill, b.id) OR touched(sellers_seller, b.seller_id)
    UNION ALL
    SELECT b.number, 'product', n.number, 'name', n.name,
           CASE WHEN p.number = n.number AND p.seller_id = b.seller_id THEN p.name END
    FROM settlement_billproduct n
    JOIN settlement_bill b ON b.id = n.bill_id
    LEFT JOIN sellers_product p ON p.id = n.product_id
    WHERE touched(bill, n.bill_id) OR touched(sellers_product, n.product_id)
)
SELECT CASE WHEN (n.said = n.today OR n.today IS NOT NULL AND EXISTS (
           SELECT FROM koogallery_act a
           WHERE a.object_kind = n.kind AND a.object_number = n.number
             AND n.said IN (a.changes -> n.field ->> 0, a.changes -> n.field ->> 1))) IS NOT TRUE
       THEN format('bill %%s calls %%s %%s %%s, which was never its name', n.bill, n.kind, n.number, n.said)
       END AS difference
FROM named n
