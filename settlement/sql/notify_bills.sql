-- Tell the sellers of bills just issued, and of what was taken from them (R10); sent after commit.
-- Each seller's bill first: a seller's notices are counted in the order of their rows here.
--   bills        bigint[]
--   minor_units  jsonb     currency -> decimals of its minor unit
INSERT INTO koogallery_notice (key, kind, seller_number, recipient, customer_account, facts)
SELECT key, kind, seller_number, 'seller', '', facts
FROM (
    SELECT 'bill_issued:' || b.number AS key, 'bill_issued' AS kind, s.number AS seller_number,
           jsonb_build_object(
               'bill', b.number, 'cycle', b.cycle, 'currency', b.currency,
               'net_payable', round(b.net_payable, (%(minor_units)s::jsonb ->> b.currency)::int)::text
           ) AS facts
    FROM settlement_bill b
    JOIN sellers_seller s ON s.id = b.seller_id
    WHERE b.id = ANY(%(bills)s::bigint[])
    UNION ALL
    SELECT 'recovery_taken:' || r.number || ':' || b.number, 'recovery_taken', s.number,
           jsonb_build_object(
               'recovery', r.number, 'bill', b.number, 'currency', b.currency,
               'amount', round(a.amount, (%(minor_units)s::jsonb ->> b.currency)::int)::text
           )
    FROM settlement_allocation a
    JOIN settlement_bill b ON b.id = a.bill_id
    JOIN settlement_recovery r ON r.id = a.recovery_id
    JOIN sellers_seller s ON s.id = b.seller_id
    WHERE a.bill_id = ANY(%(bills)s::bigint[])
) told
ORDER BY seller_number, key
