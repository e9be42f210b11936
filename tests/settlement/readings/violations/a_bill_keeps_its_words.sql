-- told: bill B202401-A calls seller A Somebody else, which was never its name
UPDATE settlement_bill SET seller_name = 'Somebody else' WHERE number = 'B202401-A';

-- told: bill B202401-A calls product
UPDATE settlement_billproduct n SET name = 'Something else'
FROM settlement_bill b WHERE b.id = n.bill_id AND b.number = 'B202401-A';

-- told: bill B202401-A calls product
UPDATE settlement_billproduct n SET number = 'P-other'
FROM settlement_bill b WHERE b.id = n.bill_id AND b.number = 'B202401-A';

-- told: bill B202402-A calls seller A Contoso Cloud, which was never its name
UPDATE sellers_seller SET company_name = 'Renamed in silence' WHERE number = 'A';

-- told: bill B202401-A calls product
UPDATE sellers_product SET name = 'Renamed in silence' WHERE name = 'Firewall';
