-- Self-billed invoices are numbered per seller and year without gaps, as their numbers say. (R8.3)
SELECT CASE WHEN s.serial <> s.place
       THEN format('the self-billed invoices of seller %%s in %%s have a gap before %%s', l.number, s.year, s.serial)
       WHEN right(i.invoice_no, 11) <> format('-%%s-%%s', s.year, lpad(s.serial::text, 5, '0'))
       THEN format('invoice %%s is called %%s, and is number %%s of %%s', i.number, i.invoice_no, s.serial, s.year)
       END AS difference
FROM (SELECT *, row_number() OVER (PARTITION BY seller_id, year ORDER BY serial) AS place
      FROM settlement_selfbilledinvoice) s
JOIN settlement_invoice i ON i.id = s.invoice_id
JOIN sellers_seller l ON l.id = s.seller_id
