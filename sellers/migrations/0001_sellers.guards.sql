-- The version of a product's fee ratio that an order has which was placed then: the latest one that counted
-- from then or before. Of an order older than all versions, the one that was given last before orders as
-- young as it were reported (`past_from`); before any of those the first one (R2.6).
CREATE FUNCTION fee_ratio_at(product bigint, placed timestamptz) RETURNS sellers_feeratio
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT f FROM sellers_feeratio f WHERE f.product_id = product
    ORDER BY f.valid_from <= placed DESC,
             CASE WHEN f.valid_from <= placed THEN f.valid_from END DESC,
             CASE WHEN f.past_from <= placed THEN f.past_from END DESC NULLS LAST,
             f.valid_from,
             f.version DESC
    LIMIT 1
$$;

-- What an operator wrote for an earlier attempt stays in the one that revises it, and who made or changed
-- the account of a member can be that member.
CREATE FUNCTION has_a_hand_in(certified sellers_certification, person bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM koogallery_act act
        JOIN sellers_seller seller ON seller.id = certified.seller_id
        LEFT JOIN sellers_sellerapplication applied ON applied.seller_id = seller.id
        CROSS JOIN LATERAL (
            SELECT coalesce(max(id), 0) AS last FROM koogallery_act
            WHERE seller_number = seller.number AND object_kind = 'certification' AND verb = 'certified'
        ) since
        WHERE act.actor_id = person AND (
            act.object_kind = 'seller_application' AND act.object_number = applied.number
            OR act.object_kind IN ('member', 'invitation') AND act.seller_number = seller.number
            OR act.object_kind = 'person' AND act.object_number IN (
                SELECT left(u.username, 60) FROM sellers_member m JOIN koogallery_user u ON u.id = m.user_id
                WHERE m.seller_id = seller.id)
            OR act.object_kind = 'certification' AND act.seller_number = seller.number
                AND act.verb <> 'rejected' AND act.id > since.last
            OR act.object_kind = 'seller' AND act.object_number = seller.number
                AND (act.verb = 'recorded' OR act.verb = 'changed' AND act.id > since.last
                    AND act.at <= certified.submitted_at)))
$$;

-- Who has left does not register again, whatever the country; and a company, which is a name and a country, leaves
-- with all that it is registered as. Whoever lets one leave keeps registrations out meanwhile. (R6.3)
CREATE FUNCTION keep_registrations_out() RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('companies leave', 0))
$$;

-- Three rejections one after the other lock (R9.1): neither a certification nor an unlocking between.
-- The seller's row serialises those who count.
CREATE FUNCTION rejections_in_a_row(of_seller bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM sellers_certification c
    WHERE c.seller_id = of_seller AND c.state = 'rejected' AND c.decided_at > greatest(
        (SELECT max(decided_at) FROM sellers_certification
         WHERE seller_id = of_seller AND state = 'certified'),
        (SELECT max(at) FROM sellers_certificationunlock WHERE seller_id = of_seller),
        '-infinity')
$$;

CREATE FUNCTION a_bank_account_is_the_companys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM sellers_seller s WHERE s.id = NEW.seller_id
          AND folded_name(s.company_name) = folded_name(NEW.account_holder)) THEN
        RAISE EXCEPTION 'bank account % is not held by its company', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bank_account_is_the_companys';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION a_changed_order_has_the_ratio_of_its_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (fee_ratio_at(NEW.product_id, NEW.placed_at)).platform_fee_ratio <> NEW.platform_fee_ratio THEN
        RAISE EXCEPTION 'order % has not the fee ratio of the day it was placed', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_order_has_the_ratio_of_its_day';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION a_company_that_left_stays_away() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    folded text := folded_name(NEW.company_name);
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.country = OLD.country AND folded = folded_name(OLD.company_name)
       AND (NEW.left_at IS NULL) = (OLD.left_at IS NULL) THEN
        RETURN NULL;
    END IF;
    IF NEW.left_at IS NULL THEN
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('companies leave', 0));
        IF EXISTS (SELECT FROM sellers_seller s
                   WHERE folded_name(s.company_name) = folded AND s.left_at IS NOT NULL) THEN
            RAISE EXCEPTION 'seller % has the name of a company that has left', NEW.number
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_company_that_left_stays_away';
        END IF;
    ELSE
        PERFORM keep_registrations_out();
        IF EXISTS (SELECT FROM sellers_seller s WHERE folded_name(s.company_name) = folded
                   AND s.country = NEW.country AND s.left_at IS NULL) THEN
            RAISE EXCEPTION 'the company of seller % is registered again', NEW.number
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_company_leaves_as_a_whole';
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- How an order is delivered, accepted and refunded follows from its product: with the first order, the
-- delivery method and the supervision of a product stay (R4.2, R9.3). No order arrives beside the change.
CREATE FUNCTION a_product_with_orders_keeps_its_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sellers_seller WHERE id = OLD.seller_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM sellers_order WHERE product_id = OLD.id) THEN
        RAISE EXCEPTION 'product % has orders, which follow its delivery method and supervision', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_product_with_orders_keeps_its_kind';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION a_version_leaves_orders_as_they_are() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz := NEW.valid_from;
    other record;
BEGIN
    IF NOT EXISTS (SELECT FROM sellers_feeratio f
                   WHERE f.product_id = NEW.product_id AND f.id <> NEW.id AND f.valid_from <= NEW.valid_from) THEN
        since := '-infinity';
    END IF;
    SELECT o.number, o.platform_fee_ratio AS ratio INTO other FROM sellers_order o
    WHERE o.product_id = NEW.product_id AND o.platform_fee_ratio <> NEW.platform_fee_ratio
      AND o.placed_at >= since
      AND o.placed_at < coalesce((SELECT min(f.valid_from) FROM sellers_feeratio f
                                  WHERE f.product_id = NEW.product_id AND f.valid_from > NEW.valid_from), 'infinity')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'order % has the fee ratio %, and keeps it', other.number, other.ratio
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_version_leaves_orders_as_they_are';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION an_invitation_stays_as_it_was_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answer text[] := ARRAY['state', 'decided_at', 'accepted_by_id', 'modified_at', 'mail_due_at',
        'mail_attempts', 'digest'];
BEGIN
    -- A person is forgotten: whom an invitation went to, but nothing else of it (erase_person).
    IF TG_OP = 'UPDATE' AND OLD.state <> 'pending' AND NEW.email LIKE '%@erased.invalid'
        AND to_jsonb(OLD) - 'email' = to_jsonb(NEW) - 'email' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'pending' OR to_jsonb(OLD) - answer <> to_jsonb(NEW) - answer THEN
        RAISE EXCEPTION 'invitation % stays as it was made, and is answered once', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_invitation_stays_as_it_was_made';
    END IF;
    RETURN NEW;
END $$;

-- Two orders placed at one instant for one product never differ (R2.6): neither does one arrive with another
-- ratio, nor does a version come to count where orders have another one.
CREATE FUNCTION an_order_has_the_ratio_of_its_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    other record;
BEGIN
    SELECT a.number, f.platform_fee_ratio AS ratio INTO other
    FROM arrived a JOIN LATERAL fee_ratio_at(a.product_id, a.placed_at) f
        ON f.platform_fee_ratio <> a.platform_fee_ratio
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'order % was placed when the fee ratio was %', other.number, other.ratio
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_order_has_the_ratio_of_its_day';
    END IF;
    RETURN NULL;
END $$;

-- An attempt is answered once, and what was sent stays as it was sent.
CREATE FUNCTION attempts_are_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL
        OR (OLD.message_id, OLD.attempt_no, OLD.activity, OLD.url, OLD.key_version,
            OLD.business_id, OLD.request, OLD.sent_at)
        IS DISTINCT FROM (NEW.message_id, NEW.attempt_no, NEW.activity, NEW.url, NEW.key_version,
            NEW.business_id, NEW.request, NEW.sent_at) THEN
        RAISE EXCEPTION 'attempt % of message % is answered', OLD.attempt_no, OLD.message_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_attempt_is_answered_once';
    END IF;
    RETURN NEW;
END $$;

-- A version of a bank account says for ever where money goes; only its decision is written, each part
-- once, and its first day of use never comes nearer.
CREATE FUNCTION bank_details_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := ARRAY['state', 'modified_at', 'checked_by_id', 'checked_at', 'approved_by_id',
        'approved_at', 'usable_from', 'closed_by_id', 'closed_at', 'reason'];
    was jsonb;
    field text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        was := to_jsonb(OLD);
        FOREACH field IN ARRAY decision[3:9] LOOP
            IF was ->> field IS NOT NULL AND was -> field IS DISTINCT FROM to_jsonb(NEW) -> field THEN
                decision := array_remove(decision, field);
            END IF;
        END LOOP;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state IN ('rejected', 'withdrawn', 'stopped')
        OR was - decision IS DISTINCT FROM to_jsonb(NEW) - decision THEN
        RAISE EXCEPTION 'bank account % stays as it was written', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'bank_details_stay';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION changes_land_in_an_open_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late record;
BEGIN
    PERFORM FROM sellers_seller
        WHERE id IN (SELECT seller_id FROM arrived)
        ORDER BY id FOR SHARE;
    SELECT s.number, a.due_cycle, s.open_cycle INTO late
        FROM arrived a
        JOIN before b ON b.id = a.id
        JOIN sellers_seller s ON s.id = a.seller_id
        WHERE a.due_cycle IS DISTINCT FROM b.due_cycle AND a.due_cycle < s.open_cycle LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'seller % has closed cycle %; the open cycle is %',
            late.number, late.due_cycle, late.open_cycle
            USING ERRCODE = 'check_violation', CONSTRAINT = 'facts_land_in_an_open_cycle';
    END IF;
    RETURN NULL;
END $$;

-- The fence (R1.5): what arrives lands in a cycle that is still open for its seller. The share lock
-- waits for a close in flight and is waited for by the next one, so every fact is wholly before or
-- wholly after a close. Statement level: one check per INSERT or UPDATE, however many rows.
CREATE FUNCTION facts_land_in_an_open_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late record;
BEGIN
    PERFORM FROM sellers_seller
        WHERE id IN (SELECT seller_id FROM arrived)
        ORDER BY id FOR SHARE;
    SELECT s.number, a.due_cycle, s.open_cycle INTO late
        FROM arrived a JOIN sellers_seller s ON s.id = a.seller_id
        WHERE a.due_cycle < s.open_cycle LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'seller % has closed cycle %; the open cycle is %',
            late.number, late.due_cycle, late.open_cycle
            USING ERRCODE = 'check_violation', CONSTRAINT = 'facts_land_in_an_open_cycle';
    END IF;
    RETURN NULL;
END $$;

-- An instance is enabled once, under one name, and is never forgotten.
CREATE FUNCTION instances_are_enabled_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.seller_id, OLD.product_id) IS DISTINCT FROM (NEW.seller_id, NEW.product_id)
        OR OLD.enabled_at IS NOT NULL
        AND (OLD.enabled_at, OLD.instance_id) IS DISTINCT FROM (NEW.enabled_at, NEW.instance_id) THEN
        RAISE EXCEPTION 'instance % is enabled already', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_instance_is_enabled_once';
    END IF;
    RETURN NEW;
END $$;

-- What a message says stays as it was; once it has succeeded nothing of it changes.
CREATE FUNCTION messages_keep_what_they_say() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'succeeded' AND OLD IS DISTINCT FROM NEW
        OR (OLD.number, OLD.key, OLD.seller_id, OLD.interface_id, OLD.order_id, OLD.instance_id,
            OLD.activity, OLD.details, OLD.is_test, OLD.queued_at)
        IS DISTINCT FROM (NEW.number, NEW.key, NEW.seller_id, NEW.interface_id, NEW.order_id,
            NEW.instance_id, NEW.activity, NEW.details, NEW.is_test, NEW.queued_at) THEN
        RAISE EXCEPTION 'message % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_message_keeps_what_it_says';
    END IF;
    RETURN NEW;
END $$;

-- A fee ratio, once given, stays (R2.6).
CREATE FUNCTION nothing_changes_here() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'insert_only';
END $$;

-- An order keeps the account it was sold to: the first one, once another is reported. (R4.4)
CREATE FUNCTION orders_keep_whom_they_were_sold_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sold_to_account := CASE
        WHEN TG_OP = 'INSERT' THEN NULL
        WHEN OLD.customer_account <> NEW.customer_account
            THEN coalesce(OLD.sold_to_account, OLD.customer_account)
        ELSE OLD.sold_to_account
    END;
    RETURN NEW;
END $$;

-- A released product can be delisted, never deleted (R9.2).
CREATE FUNCTION products_are_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'product % is delisted, not deleted', OLD.number
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'products_are_never_deleted';
END $$;

-- What is rated is rated at its order's price (R9.5); the price may change for what is used later.
CREATE FUNCTION rated_usage_has_its_orders_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM arrived a JOIN sellers_order o ON o.id = a.order_id
               WHERE a.unit_price IS NOT NULL AND a.unit_price IS DISTINCT FROM o.unit_price) THEN
        RAISE EXCEPTION 'usage is rated at another price than its order''s'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rated_usage_has_its_orders_price';
    END IF;
    RETURN NULL;
END $$;

-- A closed cycle stays closed (R1.6): the open cycle moves forward or not at all.
CREATE FUNCTION the_open_cycle_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'seller % has closed its cycles before %', OLD.number, OLD.open_cycle
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'the_open_cycle_moves_forward';
END $$;

CREATE FUNCTION three_rejections_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sellers_seller WHERE id = NEW.seller_id FOR NO KEY UPDATE;
    IF rejections_in_a_row(NEW.seller_id) >= 3 THEN
        RAISE EXCEPTION 'certification % follows three rejections', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'three_rejections_lock';
    END IF;
    RETURN NEW;
END $$;

-- What was sent in stays as it was sent, what was decided stays decided. While an operator has it, only
-- the decision is written; taken back it is a draft again.
CREATE FUNCTION what_was_submitted_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := ARRAY['state', 'decided_by_id', 'decided_at', 'reason', 'modified_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.state = 'draft' THEN
        decision := decision || ARRAY['submitted_by_id', 'submitted_at'];
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state = 'approved' AND to_jsonb(OLD) ->> TG_ARGV[0] IS NULL THEN
        decision := decision || ARRAY[TG_ARGV[0]];
    END IF;
    IF TG_OP = 'DELETE' OR OLD.number <> NEW.number
        OR OLD.state <> 'draft' AND (
            OLD.state IN ('approved', 'certified', 'rejected', 'discarded')
            OR to_jsonb(OLD) - decision IS DISTINCT FROM to_jsonb(NEW) - decision) THEN
        RAISE EXCEPTION '% stays as it was submitted', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'what_was_submitted_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION who_made_a_seller_does_not_certify_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF has_a_hand_in(NEW, NEW.decided_by_id) THEN
        RAISE EXCEPTION 'certification % is decided by who had a hand in it', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'who_made_a_seller_does_not_certify_it';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER details_stay BEFORE UPDATE OR DELETE ON sellers_bankaccount
    FOR EACH ROW EXECUTE FUNCTION bank_details_stay();
CREATE TRIGGER the_companys BEFORE INSERT ON sellers_bankaccount
    FOR EACH ROW EXECUTE FUNCTION a_bank_account_is_the_companys();
CREATE TRIGGER decided_by_another AFTER INSERT OR UPDATE OF decided_by_id ON sellers_certification
    FOR EACH ROW WHEN (NEW.decided_by_id IS NOT NULL)
    EXECUTE FUNCTION who_made_a_seller_does_not_certify_it();
CREATE TRIGGER locked_after_rejections BEFORE INSERT ON sellers_certification
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION three_rejections_lock();
CREATE TRIGGER locked_after_rejections_of_a_draft BEFORE UPDATE ON sellers_certification
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state NOT IN ('draft', 'discarded'))
    EXECUTE FUNCTION three_rejections_lock();
CREATE TRIGGER submitted_stays BEFORE UPDATE OR DELETE ON sellers_certification
    FOR EACH ROW EXECUTE FUNCTION what_was_submitted_stays('');
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON sellers_certificationunlock
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER are_answered_once BEFORE UPDATE OR DELETE ON sellers_deliveryattempt
    FOR EACH ROW EXECUTE FUNCTION attempts_are_answered_once();
CREATE TRIGGER keep_what_they_say BEFORE UPDATE OR DELETE ON sellers_deliverymessage
    FOR EACH ROW EXECUTE FUNCTION messages_keep_what_they_say();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON sellers_feeratio
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER leaves_orders AFTER INSERT ON sellers_feeratio
    FOR EACH ROW EXECUTE FUNCTION a_version_leaves_orders_as_they_are();
CREATE TRIGGER are_enabled_once BEFORE UPDATE OR DELETE ON sellers_instance
    FOR EACH ROW EXECUTE FUNCTION instances_are_enabled_once();
CREATE TRIGGER made_once BEFORE UPDATE OR DELETE ON sellers_invitation
    FOR EACH ROW EXECUTE FUNCTION an_invitation_stays_as_it_was_made();
CREATE TRIGGER fence AFTER INSERT ON sellers_order REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION facts_land_in_an_open_cycle();
CREATE TRIGGER fence_of_changes AFTER UPDATE ON sellers_order
    REFERENCING OLD TABLE AS before NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION changes_land_in_an_open_cycle();
CREATE TRIGGER keep_whom_they_were_sold_to
    BEFORE INSERT OR UPDATE OF customer_account, sold_to_account ON sellers_order
    FOR EACH ROW EXECUTE FUNCTION orders_keep_whom_they_were_sold_to();
CREATE TRIGGER ratio_of_its_day AFTER INSERT ON sellers_order REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION an_order_has_the_ratio_of_its_day();
CREATE TRIGGER ratio_of_its_day_still
    AFTER UPDATE OF placed_at, product_id, platform_fee_ratio ON sellers_order
    FOR EACH ROW EXECUTE FUNCTION a_changed_order_has_the_ratio_of_its_day();
CREATE TRIGGER keeps_its_kind BEFORE UPDATE OF delivery_method, supervised ON sellers_product
    FOR EACH ROW WHEN ((OLD.delivery_method, OLD.supervised) IS DISTINCT FROM (NEW.delivery_method, NEW.supervised))
    EXECUTE FUNCTION a_product_with_orders_keeps_its_kind();
CREATE TRIGGER never_deleted BEFORE DELETE ON sellers_product
    FOR EACH ROW EXECUTE FUNCTION products_are_never_deleted();
CREATE TRIGGER submitted_stays BEFORE UPDATE OR DELETE ON sellers_productapplication
    FOR EACH ROW EXECUTE FUNCTION what_was_submitted_stays('product_id');
CREATE TRIGGER a_company_that_left_stays_away
    AFTER INSERT OR UPDATE OF company_name, country, left_at ON sellers_seller
    FOR EACH ROW EXECUTE FUNCTION a_company_that_left_stays_away();
CREATE TRIGGER the_open_cycle_moves_forward BEFORE UPDATE ON sellers_seller
    FOR EACH ROW WHEN ((NEW.open_cycle >= OLD.open_cycle) IS NOT TRUE AND OLD.open_cycle IS NOT NULL)
    EXECUTE FUNCTION the_open_cycle_moves_forward();
CREATE TRIGGER submitted_stays BEFORE UPDATE OR DELETE ON sellers_sellerapplication
    FOR EACH ROW EXECUTE FUNCTION what_was_submitted_stays('seller_id');
CREATE TRIGGER fence AFTER INSERT ON sellers_usagerecord REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION facts_land_in_an_open_cycle();
CREATE TRIGGER fence_of_changes AFTER UPDATE ON sellers_usagerecord
    REFERENCING OLD TABLE AS before NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION changes_land_in_an_open_cycle();
CREATE TRIGGER its_orders_price AFTER INSERT ON sellers_usagerecord REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION rated_usage_has_its_orders_price();

ALTER TABLE sellers_deliveryinterface ADD CONSTRAINT an_interface_has_one_seller
    UNIQUE (id, seller_id);
ALTER TABLE sellers_instance ADD CONSTRAINT an_instance_has_one_seller
    UNIQUE (id, seller_id);
ALTER TABLE sellers_deliveryinterface ADD CONSTRAINT an_interface_is_of_its_products_seller
    FOREIGN KEY (product_id, seller_id) REFERENCES sellers_product(id, seller_id);
ALTER TABLE sellers_deliverymessage ADD CONSTRAINT a_message_is_of_its_instances_seller
    FOREIGN KEY (instance_id, seller_id) REFERENCES sellers_instance(id, seller_id);
ALTER TABLE sellers_deliverymessage ADD CONSTRAINT a_message_is_of_its_interfaces_seller
    FOREIGN KEY (interface_id, seller_id) REFERENCES sellers_deliveryinterface(id, seller_id);
ALTER TABLE sellers_deliverymessage ADD CONSTRAINT a_message_is_of_its_orders_seller
    FOREIGN KEY (order_id, seller_id) REFERENCES sellers_order(id, seller_id);
ALTER TABLE sellers_instance ADD CONSTRAINT an_instance_is_of_its_orders_seller
    FOREIGN KEY (order_id, seller_id) REFERENCES sellers_order(id, seller_id);
ALTER TABLE sellers_instance ADD CONSTRAINT an_instance_is_of_its_products_seller
    FOREIGN KEY (product_id, seller_id) REFERENCES sellers_product(id, seller_id);
ALTER TABLE sellers_order ADD CONSTRAINT an_order_is_of_its_products_seller
    FOREIGN KEY (product_id, seller_id) REFERENCES sellers_product(id, seller_id);
ALTER TABLE sellers_productapplication ADD CONSTRAINT an_application_is_of_its_products_seller
    FOREIGN KEY (product_id, seller_id) REFERENCES sellers_product(id, seller_id);
ALTER TABLE sellers_usagerecord ADD CONSTRAINT usage_is_of_its_orders_seller
    FOREIGN KEY (order_id, seller_id) REFERENCES sellers_order(id, seller_id);
CREATE INDEX sellers_by_name ON sellers_seller USING gin (searched_name((company_name)::text) gin_trgm_ops);
CREATE INDEX products_by_name ON sellers_product USING gin (searched_name((name)::text) gin_trgm_ops);
CREATE INDEX orders_by_customer ON sellers_order USING gin (searched_name((customer_name)::text) gin_trgm_ops);
CREATE INDEX sellers_by_folded_name ON sellers_seller USING btree (folded_name((company_name)::text));
