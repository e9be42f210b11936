-- Whose claims count together is by the customer's account as it was named when a claim was made, as the order was
-- sold, and as the order names it today, each folded as koogallery/kit/names.py says. (R4.4)
UPDATE settlement_refund f SET customer_account = o.customer_account FROM sellers_order o WHERE o.id = f.order_id;

CREATE FUNCTION claims_name_their_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.customer_account := (SELECT o.customer_account FROM sellers_order o WHERE o.id = NEW.order_id);
    ELSIF NEW.customer_account <> OLD.customer_account THEN
        RAISE EXCEPTION 'refund % keeps the customer who claimed it', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_refund_keeps_its_claim';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER name_their_customer BEFORE INSERT OR UPDATE OF customer_account ON settlement_refund
    FOR EACH ROW EXECUTE FUNCTION claims_name_their_customer();

CREATE FUNCTION accounts_of_claim(a_refund settlement_refund) RETURNS text[] STABLE LANGUAGE sql AS $$
    SELECT ARRAY[folded_name(a_refund.customer_account), folded_name(o.customer_account),
                 folded_name(coalesce(o.sold_to_account, o.customer_account))]
    FROM sellers_order o WHERE o.id = a_refund.order_id
$$;

-- All live and granted claims of the order, or of the same customer and seller: those asked for within
-- the hours before or after this one, and those approved within the last hours.
CREATE OR REPLACE FUNCTION claims_beside(a_refund settlement_refund) RETURNS numeric STABLE LANGUAGE sql AS $$
    SELECT greatest(
        coalesce(sum(c.amount) FILTER (WHERE c.order_id = a_refund.order_id), 0),
        coalesce(sum(c.amount) FILTER (WHERE c.id = a_refund.id OR c.is_beside), 0))
    FROM (
        SELECT c.id, c.amount, c.order_id,
               (c.requested_at BETWEEN a_refund.requested_at - make_interval(hours => l.hours)
                                   AND a_refund.requested_at + make_interval(hours => l.hours)
                OR c.approved_at > now() - make_interval(hours => l.hours))
               AND (c.order_id = a_refund.order_id OR accounts_of_claim(c) && mine) AS is_beside
        FROM settlement_approvallimit l, accounts_of_claim(a_refund) mine, settlement_refund c
        WHERE l.currency = a_refund.currency AND c.seller_id = a_refund.seller_id
          AND c.state NOT IN ('rejected', 'withdrawn')
    ) c
$$;
