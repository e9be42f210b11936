-- The temporary tables in which a batch of bills is prepared: its sellers, with the bill that each would get, the
-- products that are named on them, and the lines.
CREATE TEMPORARY TABLE IF NOT EXISTS closing_sellers (
    seller_id bigint, number text, currency text, withholding_tax_rate numeric,
    digital_service_tax_rate numeric, company_name text, country text, address text, tax_number text,
    digits int, bill_id bigint) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS closing_products (
    id bigint, bill_id bigint, product_id bigint, number text, name text) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS closing_lines (LIKE settlement_billline) ON COMMIT DELETE ROWS;
TRUNCATE closing_sellers, closing_products, closing_lines
