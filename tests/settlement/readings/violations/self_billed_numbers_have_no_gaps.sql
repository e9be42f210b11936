-- told: have a gap before 2
INSERT INTO settlement_selfbillingconsent (number, seller_id, vat_rate, exemption, agreed_by_id)
SELECT 'SC-1', seller_id, 0.1, '', submitted_by_id FROM settlement_invoice ORDER BY id LIMIT 1;
INSERT INTO settlement_selfbilledinvoice (invoice_id, consent_id, seller_id, year, serial)
SELECT i.id, c.id, c.seller_id, 2024, 2
FROM settlement_selfbillingconsent c, (SELECT id FROM settlement_invoice ORDER BY id LIMIT 1) i;

-- told: and is number 1 of 2024
INSERT INTO settlement_selfbillingconsent (number, seller_id, vat_rate, exemption, agreed_by_id)
SELECT 'SC-1', seller_id, 0.1, '', submitted_by_id FROM settlement_invoice ORDER BY id LIMIT 1;
INSERT INTO settlement_selfbilledinvoice (invoice_id, consent_id, seller_id, year, serial)
SELECT i.id, c.id, c.seller_id, 2024, 1
FROM settlement_selfbillingconsent c, (SELECT id FROM settlement_invoice ORDER BY id LIMIT 1) i;

-- told: and was not issued by the platform
UPDATE settlement_invoice i SET invoice_no = 'SB-' || s.number || '-' || i.number
FROM sellers_seller s WHERE s.id = i.seller_id;
