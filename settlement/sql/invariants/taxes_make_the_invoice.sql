-- The rates of VAT of an invoice add up to its net and its tax, each computed half up. (R8.1)
SELECT CASE WHEN coalesce(t.net, 0) <> i.amount
       THEN format('invoice %%s asks for %%s, its rates of VAT for %%s', i.number, i.amount, coalesce(t.net, 0))
       WHEN t.tax <> i.tax
       THEN format('invoice %%s has %%s of VAT, its rates %%s', i.number, i.tax, t.tax)
       WHEN t.wrong IS NOT NULL
       THEN format('the VAT of invoice %%s is computed wrongly at %%s', i.number, t.wrong)
       END AS difference
FROM settlement_invoice i
LEFT JOIN LATERAL (
    SELECT sum(net) AS net, sum(tax) AS tax,
           min(rate) FILTER (WHERE tax <> round(net * rate, (%(minor_units)s::jsonb ->> i.currency)::int)) AS wrong
    FROM settlement_invoicetax WHERE invoice_id = i.id
) t ON true
WHERE touched(seller, i.seller_id)
