-- told: numbered from 1 to 9
UPDATE settlement_billline l SET line_no = 9 FROM settlement_bill b
WHERE b.id = l.bill_id AND b.number = 'B202403-A' AND line_no = (SELECT max(line_no)
FROM settlement_billline m WHERE m.bill_id = b.id);
