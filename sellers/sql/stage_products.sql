-- Where a batch of valid products waits to be registered. `place` is its index in the batch.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_products (
    place               integer NOT NULL,
    number              text NOT NULL,
    seller              text NOT NULL,
    name                text NOT NULL,
    delivery_method     text NOT NULL,
    supervised          boolean NOT NULL,
    platform_fee_ratio  numeric NOT NULL,
    valid_from          timestamptz
) ON COMMIT DELETE ROWS
