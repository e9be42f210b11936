-- As in 0020_billed_pay_per_use_ends.sql; where its customer is mailed is no part of what was billed, and can be withdrawn.
CREATE OR REPLACE FUNCTION billed_orders_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    apart constant text[] := '{customer_email,modified_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.customer_email <> OLD.customer_email
        AND to_jsonb(NEW) - apart = to_jsonb(OLD) - apart THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.billing_mode = 'pay_per_use'
        AND NEW.ended_at IS DISTINCT FROM OLD.ended_at
        AND (to_jsonb(OLD) - '{ended_at,modified_at}'::text[])
            = (to_jsonb(NEW) - '{ended_at,modified_at}'::text[]) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM settlement_billline l WHERE l.kind = 'order' AND l.order_id = OLD.id)
        OR (OLD.billing_mode = 'pay_per_use' AND EXISTS (
            SELECT FROM sellers_usagerecord u
            JOIN settlement_billline l ON l.usage_record_id = u.id
            WHERE u.order_id = OLD.id)) THEN
        RAISE EXCEPTION 'order % is on a bill and no longer changes', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'billed_orders_are_frozen';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
