-- Where a batch of valid orders waits to be taken in, as it was sent. `place` is its index in the batch.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_orders (
    place                     integer NOT NULL,
    number                    text NOT NULL,
    product                   text NOT NULL,
    order_type                text NOT NULL,
    billing_mode              text NOT NULL,
    customer_name             text NOT NULL,
    customer_account          text NOT NULL,
    customer_email            text NOT NULL,
    currency                  text NOT NULL,
    paid_amount               numeric NOT NULL,
    sales_amount              numeric NOT NULL,
    customer_wht              numeric NOT NULL,
    unit_price                numeric,
    placed_at                 timestamptz NOT NULL,
    paid_at                   timestamptz,
    effective_at              timestamptz,
    term_ends_at              timestamptz,
    supervision_status        text NOT NULL,
    supervision_completed_at  timestamptz,
    cancelled_at              timestamptz,
    ended_at                  timestamptz
) ON COMMIT DELETE ROWS
