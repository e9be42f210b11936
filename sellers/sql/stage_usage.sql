-- Where a batch of valid usage records waits to be taken in, as it was sent. `place` is its index in
-- the batch.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_usage (
    place         integer NOT NULL,
    metering_sn   text NOT NULL,
    "order"       text NOT NULL,
    started_at    timestamptz NOT NULL,
    ended_at      timestamptz NOT NULL,
    quantity      numeric NOT NULL,
    sales_amount  numeric,
    customer_wht  numeric NOT NULL,
    package       text
) ON COMMIT DELETE ROWS
