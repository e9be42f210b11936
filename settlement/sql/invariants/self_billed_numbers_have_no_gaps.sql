-- Self-billed invoices are numbered per seller and year without gaps, as their numbers say. (R8.3)
SELECT CASE WHEN s.id IS NULL AND starts_with(i.invoice_no, format('SB-%%s-', l.number))
       THEN format('invoice %%s is called %%s, and was not issued by the platform', i.number, i.invoice_no)
       WHEN s.serial <> s.place
       THEN format('the self-billed invoices of seller %%s in %%s have a gap before %%s', l.number, s.year, s.serial)
       WHEN s.id IS NOT NULL AND i.invoice_no <> format('SB-%%s-%%s-%%s', l.number, s.year, lpad(s.serial::text, 5, '0'))
       THEN format('invoice %%s is called %%s, and is number %%s of %%s', i.number, i.invoice_no, s.serial, s.year)
       END AS difference
FROM settlement_invoice i
JOIN sellers_seller l ON l.id = i.seller_id
LEFT JOIN (
    SELECT *, row_number() OVER (PARTITION BY seller_id, year ORDER BY serial) AS place
    FROM settlement_selfbilledinvoice
    WHERE touched(seller, seller_id)
) s ON s.invoice_id = i.id
WHERE touched(seller, i.seller_id)
