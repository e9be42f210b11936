-- Where a batch of valid sellers waits to be registered. `place` is its index in the batch.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_sellers (
    place                     integer NOT NULL,
    number                    text NOT NULL,
    company_name              text NOT NULL,
    country                   text NOT NULL,
    settlement_currency       text NOT NULL,
    certified_at              timestamptz,
    withholding_tax_rate      numeric NOT NULL,
    digital_service_tax_rate  numeric NOT NULL,
    required_deposit          numeric NOT NULL
) ON COMMIT DELETE ROWS
