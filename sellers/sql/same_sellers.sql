-- The staged sellers that stand in the books exactly as they were sent.
SELECT s.place
FROM staged_sellers s
JOIN sellers_seller l ON l.number = s.number
WHERE (l.company_name, l.country, l.settlement_currency, l.certified_at,
       l.withholding_tax_rate, l.digital_service_tax_rate, l.required_deposit)
    IS NOT DISTINCT FROM
      (s.company_name, s.country, s.settlement_currency, s.certified_at,
       s.withholding_tax_rate, s.digital_service_tax_rate, s.required_deposit)
