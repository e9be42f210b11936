-- told: B202401-A
DELETE FROM settlement_billline WHERE order_id = (SELECT id FROM sellers_order WHERE number =
    'A1');

-- told: B202401-A
UPDATE settlement_billline l SET sales_amount = 101, settlement = 83.725
FROM sellers_order o WHERE o.id = l.order_id AND o.number = 'A1';

-- told: B202401-A
UPDATE settlement_bill
SET withholding_tax = withholding_tax + 0.01, settlement_amount = settlement_amount - 0.01,
    net_payable = net_payable - 0.01
WHERE number = 'B202401-A';

-- told: B202401-A
UPDATE settlement_bill SET line_count = 3 WHERE number = 'B202401-A';

-- told: B202403-A
UPDATE settlement_bill
SET adjustments = adjustments + 1, settlement_amount = settlement_amount + 1
WHERE number = 'B202403-A';

-- told: B202401-A
UPDATE settlement_billproduct p SET settlement = p.settlement + 0.000000000001
FROM settlement_bill b WHERE b.id = p.bill_id AND b.number = 'B202401-A';
