-- Register the staged sellers; a number that exists already is left as it is. Nothing is closed for them
-- yet, so no cycle is open (R1.6).
WITH sent AS (
    SELECT DISTINCT ON (number) * FROM staged_sellers ORDER BY number, place
),
taken AS (
INSERT INTO sellers_seller (
    number, company_name, country, settlement_currency, certified_at,
    withholding_tax_rate, digital_service_tax_rate, required_deposit, created_at, modified_at
)
SELECT number, company_name, country, settlement_currency, certified_at,
       withholding_tax_rate, digital_service_tax_rate, required_deposit, now(), now()
FROM sent
ORDER BY number
ON CONFLICT (number) DO NOTHING
RETURNING number
)
SELECT place FROM sent JOIN taken USING (number) ORDER BY number
