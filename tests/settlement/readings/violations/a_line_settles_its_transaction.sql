-- told: line 1 of bill B202401-A: order A1
UPDATE settlement_billline l SET platform_fee_ratio = 0, settlement = 97.5
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A1';

-- told: line 1 of bill B202401-A: order A1
UPDATE settlement_billline l SET sales_amount = 101, settlement = 83.725
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A1';

-- told: line 1 of bill B202401-A: order A1
UPDATE settlement_billline l SET cycle = '202312'
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A1';

-- told: line 1 of bill B202401-A: order A1
UPDATE settlement_billline l SET catch_up = true
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A1';

-- told: line 1 of bill B202401-A: order A1
UPDATE settlement_billline l SET seller_id = l.seller_id + 1
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A1';

-- told: line 1 of bill B202401-A: order A1
ALTER TABLE settlement_billline DROP CONSTRAINT a_line_follows_the_formula;
UPDATE settlement_billline l SET settlement = l.settlement + 0.000000000001
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A1';

-- told: order A2
UPDATE settlement_billline l SET refunded_before = 20.02
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A2';

-- told: order A2
UPDATE settlement_billline l SET sales_amount = 29.99, settlement = 25.4915
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A2';

-- told: usage AU
UPDATE settlement_billline SET sales_amount = 1, settlement = 0.85 WHERE kind = 'usage';

-- told: adjustment AD
UPDATE settlement_billline SET settlement = -499 WHERE kind = 'adjustment';

-- told: (missing)
UPDATE settlement_billline l SET bill_id = 1000000
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A3';

-- told: line 1 of bill B202401-A: order A1
UPDATE settlement_billline l SET product_id = n.id
FROM sellers_order o, settlement_billproduct n
WHERE o.id = l.order_id AND o.number = 'A1' AND n.bill_id <> l.bill_id;
