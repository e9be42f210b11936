-- Tell the sellers of bills just issued, and of what was taken from them (R10); sent after commit.
--   bills  bigint[]
INSERT INTO koogallery_notice (key, kind, seller_number, recipient, customer_account, subject, facts)
SELECT 'bill_issued:' || b.number, 'bill_issued', s.number, 'seller', '',
       'Bill ' || b.number || ' issued: '
           || round(b.net_payable, (%(minor_units)s::jsonb ->> b.currency)::int) || ' ' || b.currency
           || ' to be paid to you',
       jsonb_build_object('bill', b.number, 'cycle', b.cycle, 'net_payable', b.net_payable::text,
                          'currency', b.currency)
FROM settlement_bill b
JOIN sellers_seller s ON s.id = b.seller_id
WHERE b.id = ANY(%(bills)s::bigint[])
UNION ALL
SELECT 'recovery_taken:' || r.number || ':' || b.number, 'recovery_taken', s.number, 'seller', '',
       round(a.amount, (%(minor_units)s::jsonb ->> b.currency)::int) || ' ' || b.currency
           || ' taken from bill ' || b.number || ' for recovery ' || r.number,
       jsonb_build_object('recovery', r.number, 'bill', b.number, 'amount', a.amount::text,
                          'currency', b.currency)
FROM settlement_allocation a
JOIN settlement_bill b ON b.id = a.bill_id
JOIN settlement_recovery r ON r.id = a.recovery_id
JOIN sellers_seller s ON s.id = b.seller_id
WHERE a.bill_id = ANY(%(bills)s::bigint[])
