-- What came in and what went back of it are of one amount, and leave suspense together. (R8.2)
CREATE OR REPLACE FUNCTION bank_lines_keep_what_was_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] := '{state,reason,purpose,seller_id,payout_id,payment_id,movement_id,sends_back_id,attributed_by_id,attributed_at,'
        'comment,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'suspense' OR NEW.state <> 'attributed'
        OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'bank line % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_bank_line_is_attributed_once';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION is_over_what_it_names(l settlement_bankline) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT CASE l.purpose
        WHEN 'payout' THEN EXISTS (
            SELECT FROM settlement_payout p
            WHERE p.id = l.payout_id AND p.seller_id = l.seller_id AND p.currency = l.currency
              AND p.amount = -(l.amount - l.charges))
        WHEN 'return' THEN EXISTS (
            SELECT FROM settlement_payout p
            WHERE p.id = l.payout_id AND p.seller_id = l.seller_id AND p.currency = l.currency
              AND p.amount = l.amount - l.charges)
        WHEN 'batch' THEN l.seller_id IS NULL AND EXISTS (
            SELECT FROM settlement_payoutbatch b WHERE b.id = l.batch_id AND b.currency = l.currency)
        WHEN 'receivable' THEN EXISTS (
            SELECT FROM settlement_receivablepayment p
            JOIN settlement_receivable r ON r.id = p.receivable_id
            WHERE p.id = l.payment_id AND p.seller_id = l.seller_id AND r.currency = l.currency
              AND p.amount = l.amount - l.charges)
        WHEN 'deposit' THEN EXISTS (
            SELECT FROM settlement_depositmovement m
            JOIN settlement_deposit d ON d.seller_id = m.seller_id
            WHERE m.id = l.movement_id AND m.seller_id = l.seller_id AND m.kind = 'top_up'
              AND d.currency = l.currency AND m.change = l.amount - l.charges)
        WHEN 'sent_back' THEN l.seller_id IS NULL AND EXISTS (
            SELECT FROM settlement_bankline o
            WHERE CASE WHEN l.amount < 0 THEN o.id = l.sends_back_id ELSE o.sends_back_id = l.id END
              AND o.currency = l.currency AND o.amount = -l.amount AND o.charges = 0 AND l.charges = 0)
        ELSE l.seller_id IS NULL
    END
$$;
