CREATE FUNCTION accounts_of_claim(a_refund settlement_refund) RETURNS text[] STABLE LANGUAGE sql AS $$
    SELECT ARRAY[folded_name(a_refund.customer_account), folded_name(o.customer_account),
                 folded_name(coalesce(o.sold_to_account, o.customer_account))]
    FROM sellers_order o WHERE o.id = a_refund.order_id
$$;

-- Two approvals are those of two who did not speak for the seller.
CREATE FUNCTION approvals_that_count(a_refund settlement_refund) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT count(*) FROM settlement_refundapproval a
    WHERE a.refund_id = a_refund.id
      AND (a_refund.approvals_needed = 1 OR a.operator_id IS DISTINCT FROM a_refund.agreed_by_id)
$$;

-- Invoices: another bank account than the certified one takes two. ------------------------------------
CREATE FUNCTION bare_text(a_text text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT lower(regexp_replace(normalize(a_text, NFKC), '[^[:alnum:]]', '', 'g'))
$$;

-- The head office's code stands for itself with and without its branch, XXX.
CREATE FUNCTION bare_swift(a_code text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT regexp_replace(bare_text(a_code), '^(.{8})xxx$', '\1')
$$;

-- All live and granted claims of the order, or of the same customer and seller: those asked for within
-- the hours before or after this one, and those approved within the last hours.
CREATE FUNCTION claims_beside(a_refund settlement_refund) RETURNS numeric STABLE LANGUAGE sql AS $$
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

-- Who moves money is held until the end of the transaction: of two acts at once the second sees the first.
CREATE FUNCTION hold_who_moves_money(a_person bigint) RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('moves money: ' || a_person, 0))
$$;

-- What the bill's counted invoices ask for, and whether all of them are verified.
CREATE FUNCTION invoiced(a_bill bigint, OUT total numeric, OUT verified boolean) STABLE LANGUAGE sql AS $$
    SELECT coalesce(sum(amount), 0), coalesce(bool_and(state = 'verified'), false)
    FROM settlement_invoice
    WHERE bill_id = a_bill AND state IN ('received', 'under_review', 'verified')
$$;

-- No money moves by a person's will without somebody who answers for it. ----------------------------
CREATE FUNCTION is_authorised(
    acts text[], a_subject text, a_seller bigint, an_amount numeric
) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM settlement_authorisation a
                   WHERE a.seller_id = a_seller AND a.subject = a_subject
                     AND a.act = ANY (acts) AND a.amount = abs(an_amount))
$$;

-- What was moved for a seller without a second person, within the hours of the limit. A refund is asked
-- for by another than who approves it, and has a rule of its own.
CREATE FUNCTION moved_alone_of_seller(a_seller bigint, a_currency text) RETURNS numeric LANGUAGE sql AS $$
    SELECT coalesce(sum(a.amount), 0)
    FROM settlement_authorisation a
    JOIN settlement_approvallimit l ON l.currency = a_currency
    WHERE a.seller_id = a_seller AND a.currency = a_currency AND a.second_id IS NULL
      AND a.act <> 'refund' AND a.at > now() - make_interval(hours => l.hours)
$$;

CREATE FUNCTION names_account(i settlement_invoice, b sellers_bankaccount) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
    SELECT b.seller_id = i.seller_id
       AND bare_text(b.account_number) = bare_text(i.account_number)
       AND bare_swift(b.swift_code) = bare_swift(i.swift_code)
       AND folded_name(b.account_holder) = folded_name(i.account_holder)
$$;

-- In use, or approved and cooling down; what was superseded is another account.
CREATE FUNCTION names_certified_account(i settlement_invoice) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (
        SELECT FROM sellers_bankaccount b
        WHERE b.seller_id = i.seller_id AND b.state = 'approved' AND names_account(i, b)
          AND b.version >= coalesce((
              SELECT max(u.version) FROM sellers_bankaccount u
              WHERE u.seller_id = i.seller_id AND u.state = 'approved' AND u.usable_from <= now()), 0))
$$;

CREATE FUNCTION package_covers(package sellers_order, started_at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (package.billing_mode = 'package'
            AND package.cancelled_at IS NULL
            AND (package.paid_at IS NOT NULL OR package.order_type = 'trial')
            AND started_at >= package.effective_at
            AND started_at < coalesce(package.term_ends_at, 'infinity')) IS TRUE
$$;

-- A package covers usage only where the package itself is settled (R9.2): it is paid, not cancelled, in its term
-- and not refunded in full by the time the usage began. A trial settles usage of nothing but itself.
CREATE FUNCTION refunded_in_full_at(of_order bigint) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT max(r.refunded_at)
    FROM settlement_refund r JOIN sellers_order o ON o.id = r.order_id
    WHERE o.id = of_order AND r.state = 'refunded'
    HAVING sum(r.amount) >= max(o.paid_amount)
$$;

-- What a person moved alone, over all sellers, as a share of their limit; no exchange rate is needed.
CREATE FUNCTION share_moved_alone(a_person bigint) RETURNS numeric LANGUAGE sql AS $$
    SELECT coalesce(sum(a.amount / l.of_a_person), 0)
    FROM settlement_authorisation a
    JOIN settlement_approvallimit l ON l.currency = a.currency
    WHERE a.person_id = a_person AND a.second_id IS NULL
      AND a.at > now() - make_interval(hours => l.hours)
$$;

CREATE FUNCTION takes_two_approvals(a_refund settlement_refund) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT claims_beside(a_refund) >= l.amount FROM settlement_approvallimit l
    WHERE l.currency = a_refund.currency
$$;

-- The bill's content was approved by this person, in the preview that its run issued.
CREATE FUNCTION was_previewed_by(a_bill settlement_bill, a_person bigint) RETURNS boolean
    STABLE LANGUAGE sql AS $$
    SELECT EXISTS (
        SELECT FROM settlement_billrunseller p
        JOIN settlement_billrun r ON r.id = p.run_id
        JOIN settlement_billpreview v ON v.id = r.preview_id
        JOIN settlement_billpreviewseller s ON s.preview_id = v.id AND s.seller_id = p.seller_id
        WHERE p.seller_id = a_bill.seller_id AND p.state = 'done' AND r.cycle >= a_bill.cycle
          AND p.expected <> '' AND p.expected = s.content
          AND v.state = 'approved' AND v.approved_by_id = a_person
          AND v.approved_at < a_bill.issued_at)
$$;

-- The products of a bill are its seller's, and their amounts make the bill. (R2.4, R3.2)
CREATE FUNCTION a_bill_names_products_of_its_seller() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF EXISTS (SELECT FROM named n
               LEFT JOIN settlement_bill b ON b.id = n.bill_id
               LEFT JOIN sellers_product p ON p.id = n.product_id
               WHERE (p.number = n.number AND p.seller_id = b.seller_id) IS NOT TRUE) THEN
        RAISE EXCEPTION 'a bill names another product or another seller''s'
            USING ERRCODE = 'foreign_key_violation',
                  CONSTRAINT = 'a_bill_names_products_of_its_seller';
    END IF;
    IF EXISTS (SELECT FROM (SELECT bill_id, sum(line_count) AS lines, sum(sales_amount) AS sales_amount,
                                   sum(customer_wht) AS customer_wht, sum(settlement) AS settlement
                            FROM settlement_billproduct WHERE bill_id IN (SELECT bill_id FROM named)
                            GROUP BY bill_id) n
               JOIN settlement_bill b ON b.id = n.bill_id
               WHERE b.line_count <> n.lines OR abs(b.sales_amount - n.sales_amount) > 0.5
                  OR abs(b.customer_wht - n.customer_wht) > 0.5
                  OR abs(b.sales_amount - b.customer_wht - b.platform_fee - n.settlement) > 0.5) THEN
        RAISE EXCEPTION 'a bill is not the sum of its products'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bill_is_the_sum_of_its_products';
    END IF;
    RETURN NULL;
END $$;

-- Orders, deposit, bills and adjustments are in their seller's settlement currency and name no rate to
-- another; so it stays once there is one of them (R2.8).
CREATE FUNCTION a_currency_in_use_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sellers_order WHERE seller_id = OLD.id)
        OR EXISTS (SELECT FROM settlement_deposit WHERE seller_id = OLD.id)
        OR EXISTS (SELECT FROM settlement_bill WHERE seller_id = OLD.id)
        OR EXISTS (SELECT FROM settlement_adjustment WHERE seller_id = OLD.id) THEN
        RAISE EXCEPTION 'seller % is settled in %', OLD.number, OLD.settlement_currency
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_currency_in_use_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION a_package_covers_what_it_settles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sellers_order
        WHERE id IN (SELECT package_id FROM arrived WHERE package_id IS NOT NULL)
        ORDER BY id FOR SHARE;
    IF EXISTS (SELECT FROM arrived a JOIN sellers_order k ON k.id = a.package_id
               WHERE NOT package_covers(k, a.started_at)
                  OR k.seller_id <> a.seller_id
                  OR k.order_type = 'trial' AND k.id <> a.order_id
                  OR a.started_at >= refunded_in_full_at(k.id)) THEN
        RAISE EXCEPTION 'usage names a package that does not cover it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_package_covers_what_it_settles';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION a_package_in_use_stays_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sellers_usagerecord u
               WHERE u.package_id = NEW.id AND NOT package_covers(NEW, u.started_at)) THEN
        RAISE EXCEPTION 'package % covers usage, and stays as it settles it', NEW.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_package_covers_what_it_settles';
    END IF;
    RETURN NEW;
END $$;

-- Previews: who asked for one approves none that pays as much as two have to. ------------------------
CREATE FUNCTION a_preview_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_billpreviewseller s
               JOIN settlement_approvallimit l ON l.currency = s.currency
               WHERE s.preview_id = NEW.id
               GROUP BY l.currency, l.amount HAVING sum(greatest(s.issued, 0)) >= l.amount) THEN
        RAISE EXCEPTION 'preview % is approved by another than who asked for it', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_preview_takes_two';
    END IF;
    RETURN NEW;
END $$;

-- To this act, or to attribute the bank's line by which the money came, which may settle it with the next bill by an
-- adjustment. (R4.4, R8.2)
CREATE FUNCTION a_second_person_has_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreed boolean;
BEGIN
    NEW.at := now();
    SELECT l.amount, l.of_a_person, l.hours
    INTO STRICT NEW.limit_of_seller, NEW.limit_of_person, NEW.within_hours
    FROM settlement_approvallimit l WHERE l.currency = NEW.currency;
    IF NEW.second_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.request_id IS NOT NULL THEN
        agreed := EXISTS (
            SELECT FROM koogallery_approvalrequest q
            JOIN koogallery_approval a ON a.request_id = q.id
            JOIN sellers_seller s ON s.number = q.seller_number
            WHERE q.id = NEW.request_id AND q.state = 'approved'
              AND (q.act = CASE WHEN NEW.act IN ('top_up', 'penalty', 'return') OR NEW.subject LIKE 'adjustment:%'
                            THEN 'deposit' ELSE NEW.act END
                   OR q.act = 'bank_line' AND NEW.act IN ('top_up', 'payment', 'attribution')
                      AND right(NEW.subject, length(q.object_number)) = q.object_number
                   OR q.act = 'bank_line' AND NEW.act = 'adjustment' AND q.arguments ->> 'to' LIKE 'B2%')
              AND s.id = NEW.seller_id AND q.currency = NEW.currency AND q.amount = NEW.amount
              AND q.requested_by_id = NEW.person_id AND a.operator_id = NEW.second_id);
    ELSIF NEW.act = 'refund' THEN
        agreed := (SELECT count(*) = 2 FROM settlement_refundapproval a
                   JOIN settlement_refund r ON r.id = a.refund_id
                   WHERE r.number = NEW.subject AND r.seller_id = NEW.seller_id
                     AND a.operator_id IN (NEW.person_id, NEW.second_id));
    ELSIF NEW.act = 'bill' THEN
        agreed := (SELECT was_previewed_by(b, NEW.second_id) FROM settlement_bill b
                   WHERE b.number = NEW.subject AND b.seller_id = NEW.seller_id);
    END IF;
    IF agreed IS NOT TRUE THEN
        RAISE EXCEPTION 'nobody else has agreed to % %', NEW.act, NEW.subject
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_second_person_has_agreed';
    END IF;
    RETURN NEW;
END $$;

-- Of a seller who has left only what it still owes is taken in; what is taken out serves it. (R6.3, R5.4)
CREATE FUNCTION a_seller_who_left_pays_what_it_owes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sellers_seller s WHERE s.id = NEW.seller_id AND s.left_at IS NOT NULL)
       AND NEW.balance_after > (SELECT coalesce(sum(r.outstanding), 0) FROM settlement_recovery r
                                WHERE r.seller_id = NEW.seller_id AND r.state = 'receivable') THEN
        RAISE EXCEPTION 'seller % has left and owes less than that', NEW.seller_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_seller_who_left_pays_what_it_owes';
    END IF;
    RETURN NEW;
END $$;

-- Recoveries: Σ allocations + outstanding = amount at every moment (R5.4). ------------------------
-- What a payment that never came had paid is outstanding again, and its receivable open. (R5.4)
CREATE FUNCTION allocations_reduce_what_is_outstanding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM allocated n
               JOIN settlement_recovery r ON r.id = n.recovery_id
               LEFT JOIN settlement_bill b ON b.id = n.bill_id
               WHERE n.seller_id <> r.seller_id
                  OR n.source = 'bill' AND (b.seller_id = n.seller_id
                       AND b.cycle BETWEEN r.window_start AND r.window_end) IS NOT TRUE) THEN
        RAISE EXCEPTION 'an allocation takes from another seller or outside its window'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bills_are_drawn_on_within_the_window';
    END IF;
    IF EXISTS (SELECT FROM allocated n
               JOIN settlement_recovery r ON r.id = n.recovery_id
               JOIN sellers_seller s ON s.id = r.seller_id
               WHERE n.source = 'deposit' AND s.left_at IS NULL
                 AND (r.window_end < s.open_cycle) IS NOT TRUE) THEN
        RAISE EXCEPTION 'a deposit is untouched while bills of the window are to come'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'the_deposit_waits_for_the_window';
    END IF;
    UPDATE settlement_recovery r
        SET outstanding = r.outstanding - n.amount,
            state = CASE WHEN r.outstanding = n.amount THEN 'recovered'
                         WHEN r.state = 'recovered' THEN 'receivable' ELSE r.state END,
            modified_at = now()
        FROM (SELECT recovery_id, sum(amount) AS amount FROM allocated GROUP BY recovery_id) n
        WHERE r.id = n.recovery_id;
    UPDATE settlement_receivable v
        SET state = CASE r.outstanding WHEN 0 THEN 'paid' ELSE 'open' END, modified_at = now()
        FROM settlement_recovery r
        WHERE r.id = v.recovery_id AND (r.outstanding = 0) <> (v.state = 'paid')
          AND r.id IN (SELECT recovery_id FROM allocated);
    RETURN NULL;
END $$;

-- Only the owner of a table may analyze it; anybody else is passed over with a warning, and the
-- bill run would plan by figures of yesterday. So the owner does it for the portal's role.
CREATE FUNCTION analyze_what_is_billed() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE sellers_order, sellers_usagerecord, settlement_refund;
END $$;

-- Tax is paid on top, so who answers for another account answers for the gross amount.
CREATE FUNCTION another_account_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT names_certified_account(NEW) AND NOT EXISTS (
        SELECT FROM settlement_authorisation a
        WHERE a.seller_id = NEW.seller_id AND a.act = 'invoice' AND a.subject = NEW.number
          AND a.amount = NEW.amount + NEW.tax AND a.second_id IS NOT NULL
          AND NEW.submitted_by_id NOT IN (a.person_id, a.second_id)) THEN
        RAISE EXCEPTION 'invoice % names another bank account', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'another_account_takes_two';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION approvals_are_of_this_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM settlement_refund r WHERE r.id = NEW.refund_id
                   AND r.requested_by_id = NEW.requested_by_id
                   AND r.state = 'operator_review') THEN
        RAISE EXCEPTION 'refund % is not waiting for this approval', NEW.refund_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'requester_is_not_approver';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION approved_means_approved_by_enough() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IN ('approved', 'refunded') AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state) THEN
        IF approvals_that_count(NEW) < NEW.approvals_needed THEN
            RAISE EXCEPTION 'refund % needs % approvals', NEW.number, NEW.approvals_needed
                USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_means_approved_by_enough';
        END IF;
        IF NEW.state = 'approved' AND NEW.approvals_needed < 2 AND takes_two_approvals(NEW) THEN
            RAISE EXCEPTION 'the claims beside refund % need 2 approvals', NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_means_approved_by_enough';
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND ((OLD.amount, OLD.order_id, OLD.seller_id, OLD.requested_by_id, OLD.currency)
        IS DISTINCT FROM (NEW.amount, NEW.order_id, NEW.seller_id, NEW.requested_by_id, NEW.currency)
        OR NEW.approvals_needed < OLD.approvals_needed
        OR OLD.agreed_by_id IS NOT NULL AND OLD.agreed_by_id IS DISTINCT FROM NEW.agreed_by_id
        OR OLD.state IN ('refunded', 'rejected', 'withdrawn') AND OLD.state <> NEW.state) THEN
        RAISE EXCEPTION 'refund % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_refund_keeps_its_claim';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION approved_previews_were_looked_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'approved' AND OLD IS DISTINCT FROM NEW
        OR (OLD.number, OLD.cycle, OLD.everyone) IS DISTINCT FROM (NEW.number, NEW.cycle, NEW.everyone)
        OR OLD.digest <> '' AND OLD.digest <> NEW.digest THEN
        RAISE EXCEPTION 'preview % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_preview_keeps_what_it_shows';
    END IF;
    IF NEW.state = 'approved' AND (OLD.state <> 'ready' OR EXISTS (
        SELECT FROM settlement_billpreviewseller p
        WHERE p.preview_id = NEW.id AND (p.look = 'due' OR p.state = 'pending'))) THEN
        RAISE EXCEPTION 'preview % was not looked at', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_approved_preview_was_looked_at';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION balances_move_by_movements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.balance <> (SELECT coalesce(sum(change), 0) FROM settlement_depositmovement
                       WHERE seller_id = NEW.seller_id) THEN
        RAISE EXCEPTION 'the balance of a deposit is the sum of its movements'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movements_make_the_balance';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION bill_looks_are_taken_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    look CONSTANT text[] := '{comment,looked_by_id,looked_at,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.looked_at IS NOT NULL
        OR to_jsonb(OLD) - look IS DISTINCT FROM to_jsonb(NEW) - look THEN
        RAISE EXCEPTION 'the look at bill % no longer changes in this way', OLD.bill_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_look_at_a_bill_is_taken_once';
    END IF;
    RETURN NEW;
END $$;

-- But that what is paid per use may end; where its customer is mailed is no part of what was billed, and can be withdrawn.
CREATE FUNCTION billed_orders_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
    PERFORM wait_for_a_close(OLD.seller_id, OLD.due_cycle, NEW.due_cycle);
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

CREATE FUNCTION billed_usage_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM wait_for_a_close(OLD.seller_id, OLD.due_cycle, NEW.due_cycle);
    IF EXISTS (SELECT FROM settlement_billline l WHERE l.usage_record_id = OLD.id) THEN
        RAISE EXCEPTION 'usage record % is on a bill and no longer changes', OLD.metering_sn
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'billed_usage_is_frozen';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

-- A bill goes on only when it is invoiced to the cent, and is paid only on verified invoices.
CREATE FUNCTION bills_go_on_with_their_invoices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    SELECT * INTO found FROM invoiced(NEW.id);
    IF found.total <> NEW.net_payable THEN
        RAISE EXCEPTION 'bill % pays %, its invoices ask for %', NEW.number, NEW.net_payable, found.total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_add_up_to_net_payable';
    END IF;
    IF NEW.state = 'payment_processing' AND NOT found.verified THEN
        RAISE EXCEPTION 'the invoices of bill % are not all verified', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bill_is_paid_on_verified_invoices';
    END IF;
    RETURN NEW;
END $$;

-- Money goes back of an order that was paid, and after it was: while a refund of it is live or granted, the order
-- stays paid and is not cancelled. (R1.3, R1.8, R4.1)
CREATE FUNCTION claimed_orders_stay_paid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claim settlement_refund;
BEGIN
    SELECT * INTO claim FROM settlement_refund f
    WHERE f.order_id = NEW.id AND f.state NOT IN ('rejected', 'withdrawn')
      AND (NEW.paid_at IS NULL OR f.refunded_at < NEW.paid_at)
    ORDER BY f.id LIMIT 1;
    IF FOUND AND NEW.paid_at IS NULL THEN
        RAISE EXCEPTION 'refund % claims what was paid of order %', claim.number, NEW.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_claimed_order_stays_paid',
                  DETAIL = claim.number;
    ELSIF FOUND THEN
        RAISE EXCEPTION 'refund % went back at %, before order % was paid',
            claim.number, claim.refunded_at, NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_goes_back_before_it_came',
                  DETAIL = claim.number;
    END IF;
    RETURN NULL;
END $$;

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

-- What was claimed stays as it was claimed, and an answer is final.
CREATE FUNCTION disputes_keep_their_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'open' AND OLD IS DISTINCT FROM NEW
        OR (OLD.number, OLD.seller_id, OLD.bill_id, OLD.line_no, OLD.reason, OLD.amount, OLD.opened_by_id, OLD.opened_at)
        IS DISTINCT FROM (NEW.number, NEW.seller_id, NEW.bill_id, NEW.line_no, NEW.reason, NEW.amount, NEW.opened_by_id, NEW.opened_at) THEN
        RAISE EXCEPTION 'dispute % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_dispute_keeps_its_claim';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION disputes_keep_to_their_bill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM settlement_bill b
                   WHERE b.id = NEW.bill_id AND b.seller_id = NEW.seller_id) THEN
        RAISE EXCEPTION 'dispute % is not of its bill''s seller', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_dispute_is_of_its_bills_seller';
    END IF;
    IF NEW.adjustment_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM settlement_adjustment a
        WHERE a.id = NEW.adjustment_id AND a.bill_id = NEW.bill_id AND a.seller_id = NEW.seller_id
          AND a.kind = 'difference' AND a.amount = NEW.difference) THEN
        RAISE EXCEPTION 'the adjustment of dispute % is not its difference', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_difference_is_adjusted_on_its_bill';
    END IF;
    IF NEW.line_no IS NOT NULL AND NOT EXISTS (
        SELECT FROM settlement_bill b JOIN settlement_billline l
            ON l.bill_id = b.id AND l.partition = b.partition AND l.line_no = NEW.line_no
        WHERE b.id = NEW.bill_id) THEN
        RAISE EXCEPTION 'bill % has no line %', NEW.bill_id, NEW.line_no
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'a_disputed_line_is_of_its_bill';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION flagged_bills_are_looked_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_billlook k WHERE k.bill_id = NEW.id AND k.looked_at IS NULL) THEN
        RAISE EXCEPTION 'bill % was not looked at', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_flagged_bill_is_looked_at';
    END IF;
    RETURN NEW;
END $$;

-- Nothing is issued to who is held back. At commit, so that a preview, which is rolled back, can still
-- show what would be issued.
CREATE FUNCTION held_sellers_are_issued_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_billhold h
               WHERE h.seller_id = NEW.seller_id AND h.released_at IS NULL) THEN
        RAISE EXCEPTION 'seller % is held back', NEW.seller_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_held_seller_is_issued_nothing';
    END IF;
    RETURN NULL;
END $$;

-- A hold stays as it was said; it is only ever released, once.
CREATE FUNCTION holds_are_released_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    release CONSTANT text[] := '{release_reason,released_by_id,released_at,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.released_at IS NOT NULL
        OR to_jsonb(OLD) - release IS DISTINCT FROM to_jsonb(NEW) - release THEN
        RAISE EXCEPTION 'hold % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_hold_is_released_once';
    END IF;
    RETURN NEW;
END $$;

-- Once decided it moves no more; the decision says why it was verified although it differs.
CREATE FUNCTION invoices_keep_their_facts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving CONSTANT text[] :=
        '{state,rejection_reason,verification_reason,decided_by_id,decided_at,modified_at}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('verified', 'rejected', 'withdrawn')
        OR to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'invoice % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_invoice_keeps_its_facts';
    END IF;
    RETURN NEW;
END $$;

-- The bill is held until the end of the transaction: of two invoices at once one sees the other.
CREATE FUNCTION invoices_keep_to_their_bill() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bill settlement_bill;
BEGIN
    SELECT * INTO bill FROM settlement_bill WHERE id = NEW.bill_id FOR NO KEY UPDATE;
    IF (bill.seller_id, bill.currency) IS DISTINCT FROM (NEW.seller_id, NEW.currency) THEN
        RAISE EXCEPTION 'invoice % is not of its bill''s seller and currency', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_invoice_is_of_its_bills_seller_and_currency';
    END IF;
    IF TG_OP = 'INSERT' AND bill.state <> 'pending_invoice' THEN
        RAISE EXCEPTION 'bill % is %, it waits for no invoice', bill.number, bill.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_invoice_is_for_a_bill_that_waits_for_it';
    END IF;
    IF (SELECT total FROM invoiced(NEW.bill_id)) > bill.net_payable THEN
        RAISE EXCEPTION 'the invoices of bill % ask for more than %', bill.number, bill.net_payable
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_stay_within_net_payable';
    END IF;
    RETURN NULL;
END $$;

-- A journal without a seller has entries without one. (R7.1)
CREATE FUNCTION journals_balance() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF EXISTS (SELECT FROM posted GROUP BY journal_id, currency HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'a journal does not balance'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journals_balance';
    END IF;
    IF (SELECT count(*) FROM settlement_ledgerentry
        WHERE journal_id IN (SELECT journal_id FROM posted)) <> (SELECT count(*) FROM posted) THEN
        RAISE EXCEPTION 'an entry is added to a journal that was posted before'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journals_are_posted_whole';
    END IF;
    IF EXISTS (SELECT FROM posted p LEFT JOIN settlement_journal j ON j.id = p.journal_id
               WHERE j.id IS NULL OR j.seller_id IS DISTINCT FROM p.seller_id) THEN
        RAISE EXCEPTION 'a ledger entry has no journal of its seller'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entries_belong_to_journals';
    END IF;
    RETURN NULL;
END $$;

-- Of few lines the plan is one for few rows, however little is known of the tables.
CREATE FUNCTION lines_are_their_transactions() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_memoize = off AS $$
DECLARE
    found record;
BEGIN
    EXECUTE bills_of_lines('inserted') INTO found;
    PERFORM hold_sellers_of_bills(found.bills);
    IF found.lines > 10000 THEN
        SET LOCAL enable_seqscan = on;
    END IF;
    EXECUTE check_of_lines('inserted') INTO found;
    PERFORM refuse_lines(found.line, found.bill);
    RETURN NULL;
END $$;

CREATE FUNCTION money_moves_by_authority() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    authorised boolean;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'settlement_adjustment' THEN
            authorised := is_authorised('{adjustment,dispute}', NEW.number, NEW.seller_id, NEW.amount);
        WHEN 'settlement_depositmovement' THEN
            authorised := CASE NEW.kind
                WHEN 'reversal' THEN is_of_a_reversed_line(NEW.reference) AND EXISTS (
                    SELECT FROM settlement_depositmovement m
                    WHERE m.seller_id = NEW.seller_id AND m.kind = 'top_up' AND m.reference = NEW.reference
                      AND m.change = -NEW.change)
                ELSE is_authorised('{top_up,penalty,adjustment,return,exit}',
                    NEW.kind || ':' || NEW.reference, NEW.seller_id, NEW.change) END;
        WHEN 'settlement_receivablepayment' THEN
            authorised := CASE WHEN NEW.reverses_id IS NOT NULL THEN EXISTS (
                    SELECT FROM settlement_receivablepayment p
                    WHERE p.id = NEW.reverses_id AND p.receivable_id = NEW.receivable_id
                      AND p.amount = -NEW.amount AND is_of_a_reversed_line(p.reference))
                ELSE is_authorised('{payment}', (SELECT v.number FROM settlement_receivable v
                    WHERE v.id = NEW.receivable_id) || ':' || NEW.reference, NEW.seller_id, NEW.amount) END;
        WHEN 'settlement_receivable' THEN
            authorised := is_authorised('{receivable_move}', NEW.number || ':' || (
                SELECT s.open_cycle FROM sellers_seller s WHERE s.id = NEW.seller_id), NEW.seller_id, (
                SELECT r.outstanding FROM settlement_recovery r WHERE r.id = NEW.recovery_id));
        WHEN 'settlement_bill' THEN
            authorised := is_authorised('{bill}', NEW.number, NEW.seller_id, NEW.net_payable);
        WHEN 'settlement_refund' THEN
            authorised := is_authorised('{refund}', NEW.number, NEW.seller_id, NEW.amount);
    END CASE;
    IF authorised IS NOT TRUE THEN
        RAISE EXCEPTION 'nobody answers for this row of %', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_moves_by_authority';
    END IF;
    RETURN NULL;
END $$;

-- Deposits: the balance is the sum of the movements (R6.1). ---------------------------------------
CREATE FUNCTION movements_make_the_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE settlement_deposit d SET balance = d.balance + m.change, modified_at = now()
        FROM (SELECT seller_id, sum(change) AS change FROM moved GROUP BY seller_id) m
        WHERE d.seller_id = m.seller_id;
    IF EXISTS (SELECT FROM (SELECT DISTINCT ON (seller_id) seller_id, balance_after
                            FROM moved ORDER BY seller_id, id DESC) m
               LEFT JOIN settlement_deposit d ON d.seller_id = m.seller_id
               WHERE (d.balance = m.balance_after) IS NOT TRUE) THEN
        RAISE EXCEPTION 'a movement does not lead to its balance'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movements_make_the_balance';
    END IF;
    RETURN NULL;
END $$;

-- What is tried and rolled back defers this; whatever is kept is looked at, at the latest at commit.
CREATE FUNCTION nobody_moves_more_alone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most settlement_approvallimit;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'money moves by people in transactions that see each other'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_moves_more_alone';
    END IF;
    PERFORM hold_who_moves_money(NEW.person_id);
    PERFORM pg_advisory_xact_lock(hashtextextended('money of seller: ' || NEW.seller_id, 0));
    SELECT * INTO STRICT most FROM settlement_approvallimit WHERE currency = NEW.currency;
    IF NEW.act <> 'refund' AND moved_alone_of_seller(NEW.seller_id, NEW.currency) >= most.amount
        OR share_moved_alone(NEW.person_id) >= 1 THEN
        RAISE EXCEPTION 'one person alone moves less than this: % %', NEW.act, NEW.subject
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_moves_more_alone';
    END IF;
    RETURN NULL;
END $$;

-- An issued bill: only its state moves (R3.2). ------------------------------------------------------
CREATE FUNCTION only_the_state_of_a_bill_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - '{state,state_reason,modified_at}'::text[])
        IS DISTINCT FROM (to_jsonb(NEW) - '{state,state_reason,modified_at}'::text[]) THEN
        RAISE EXCEPTION 'bill % is issued and never rewritten', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'an_issued_bill_is_frozen';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION outstanding_is_amount_less_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outstanding + (SELECT coalesce(sum(amount), 0) FROM settlement_allocation
                          WHERE recovery_id = NEW.id) <> NEW.amount
        OR TG_OP = 'UPDATE' AND (OLD.amount, OLD.refund_id, OLD.seller_id, OLD.cycle, OLD.refunded_at)
            IS DISTINCT FROM (NEW.amount, NEW.refund_id, NEW.seller_id, NEW.cycle, NEW.refunded_at) THEN
        RAISE EXCEPTION 'allocations and outstanding of % do not make its amount', NEW.number
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'allocations_and_outstanding_make_the_amount';
    END IF;
    RETURN NULL;
END $$;

-- Such a run expects something of every seller, unless the cycle was closed before.
CREATE FUNCTION parts_expect_what_was_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.expected = '' AND NEW.content <> encode(sha256(''), 'hex')
        AND EXISTS (SELECT FROM settlement_billrun r WHERE r.id = NEW.run_id AND r.preview_id IS NOT NULL) THEN
        RAISE EXCEPTION 'run % issues to seller % what nobody approved', NEW.run_id, NEW.seller_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_part_issues_what_was_approved';
    END IF;
    RETURN NEW;
END $$;

-- What was previewed stays as it was; only the look at it changes, and only until it is approved.
CREATE FUNCTION previews_keep_what_they_show() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    looks CONSTANT text[] := '{look,look_comment,looked_by_id,looked_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'pending' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - looks IS DISTINCT FROM to_jsonb(NEW) - looks
        OR (SELECT state FROM settlement_billpreview WHERE id = OLD.preview_id) = 'approved' THEN
        RAISE EXCEPTION 'preview % no longer changes in this way', OLD.preview_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_preview_keeps_what_it_shows';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION recovered_has_its_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.recovered <> (SELECT coalesce(sum(amount), 0) FROM settlement_allocation
                         WHERE bill_id = NEW.id) THEN
        RAISE EXCEPTION 'bill % recovered what no allocation took', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovered_is_the_sum_of_allocations';
    END IF;
    RETURN NULL;
END $$;

-- A bill's recovered is what its allocations took (R2.5). Checked at commit. -----------------------
CREATE FUNCTION recovered_is_the_sum_of_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.bill_id IS NOT NULL AND (SELECT b.recovered FROM settlement_bill b WHERE b.id = NEW.bill_id)
        <> (SELECT sum(amount) FROM settlement_allocation WHERE bill_id = NEW.bill_id) THEN
        RAISE EXCEPTION 'bill % was not issued with this allocation', NEW.bill_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovered_is_the_sum_of_allocations';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refunds_keep_to_the_amount_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.paid_amount < (SELECT coalesce(sum(amount), 0) FROM settlement_refund
        WHERE order_id = NEW.id AND state NOT IN ('rejected', 'withdrawn')) THEN
        RAISE EXCEPTION 'order % has refunds above %', NEW.number, NEW.paid_amount
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_stay_within_the_amount_paid';
    END IF;
    RETURN NULL;
END $$;

-- A cancelled order is never a paid one, by a check of its own.
CREATE FUNCTION refunds_return_what_was_paid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid timestamptz;
BEGIN
    SELECT o.paid_at INTO paid FROM sellers_order o WHERE o.id = NEW.order_id FOR NO KEY UPDATE;
    IF paid IS NULL THEN
        RAISE EXCEPTION 'refund % claims what was never paid', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_claimed_order_stays_paid',
                  DETAIL = NEW.number;
    ELSIF NEW.refunded_at < paid THEN
        RAISE EXCEPTION 'refund % went back before it was paid at %', NEW.number, paid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_goes_back_before_it_came',
                  DETAIL = NEW.number;
    END IF;
    RETURN NULL;
END $$;

-- Refunds: never above what was paid (R4.1), never without the approvals due (R4.4). --------------
CREATE FUNCTION refunds_stay_within_the_amount_paid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid numeric;
    claimed numeric;
BEGIN
    SELECT paid_amount INTO paid FROM sellers_order WHERE id = NEW.order_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount), 0) INTO claimed FROM settlement_refund
        WHERE order_id = NEW.order_id AND state NOT IN ('rejected', 'withdrawn');
    IF claimed > paid THEN
        RAISE EXCEPTION 'refunds of % would exceed the % paid', claimed, paid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_stay_within_the_amount_paid';
    END IF;
    RETURN NULL;
END $$;

-- A run issues an approved preview of its cycle, or was asked for without one; that stays so.
CREATE FUNCTION runs_issue_approved_previews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.preview_id IS DISTINCT FROM NEW.preview_id
        OR NEW.preview_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM settlement_billpreview p
            WHERE p.id = NEW.preview_id AND p.cycle = NEW.cycle AND p.state = 'approved') THEN
        RAISE EXCEPTION 'run % has no approved preview of its cycle', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_run_issues_an_approved_preview';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_package_in_use_stays_settled
    BEFORE UPDATE OF billing_mode, cancelled_at, paid_at, effective_at, term_ends_at ON sellers_order
    FOR EACH ROW WHEN (OLD.billing_mode = 'package'
        AND (OLD.billing_mode, OLD.cancelled_at, OLD.paid_at, OLD.effective_at, OLD.term_ends_at) IS DISTINCT FROM
            (NEW.billing_mode, NEW.cancelled_at, NEW.paid_at, NEW.effective_at, NEW.term_ends_at))
    EXECUTE FUNCTION a_package_in_use_stays_settled();
CREATE TRIGGER frozen_once_billed BEFORE UPDATE OR DELETE ON sellers_order
    FOR EACH ROW EXECUTE FUNCTION billed_orders_are_frozen();
CREATE TRIGGER refunds_keep_to_the_amount_paid AFTER UPDATE OF paid_amount ON sellers_order
    FOR EACH ROW WHEN (NEW.paid_amount < OLD.paid_amount)
    EXECUTE FUNCTION refunds_keep_to_the_amount_paid();
CREATE TRIGGER stay_paid_while_claimed AFTER UPDATE OF paid_at ON sellers_order
    FOR EACH ROW WHEN (NEW.paid_at IS DISTINCT FROM OLD.paid_at)
    EXECUTE FUNCTION claimed_orders_stay_paid();
CREATE TRIGGER a_currency_in_use_stays BEFORE UPDATE OF settlement_currency ON sellers_seller
    FOR EACH ROW WHEN (NEW.settlement_currency IS DISTINCT FROM OLD.settlement_currency)
    EXECUTE FUNCTION a_currency_in_use_stays();
CREATE TRIGGER a_package_covers_what_it_settles AFTER INSERT ON sellers_usagerecord
    REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION a_package_covers_what_it_settles();
CREATE TRIGGER frozen_once_billed BEFORE UPDATE OR DELETE ON sellers_usagerecord
    FOR EACH ROW EXECUTE FUNCTION billed_usage_is_frozen();
CREATE TRIGGER by_authority AFTER INSERT ON settlement_adjustment
    FOR EACH ROW WHEN (NEW.kind = 'difference') EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER insert_only
    BEFORE DELETE OR UPDATE ON settlement_adjustment
    FOR EACH ROW
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied
    BEFORE TRUNCATE ON settlement_adjustment
    FOR EACH STATEMENT
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER insert_only
    BEFORE DELETE OR UPDATE ON settlement_allocation
    FOR EACH ROW
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied
    BEFORE TRUNCATE ON settlement_allocation
    FOR EACH STATEMENT
    EXECUTE FUNCTION nothing_changes_here();
CREATE CONSTRAINT TRIGGER recovered_is_the_sum_of_allocations
    AFTER INSERT ON settlement_allocation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION recovered_is_the_sum_of_allocations();
CREATE TRIGGER reduce_what_is_outstanding AFTER INSERT ON settlement_allocation
    REFERENCING NEW TABLE AS allocated
    FOR EACH STATEMENT EXECUTE FUNCTION allocations_reduce_what_is_outstanding();
CREATE TRIGGER a_second_person_has_agreed BEFORE INSERT ON settlement_authorisation
    FOR EACH ROW EXECUTE FUNCTION a_second_person_has_agreed();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_authorisation
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_authorisation
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
CREATE CONSTRAINT TRIGGER nobody_moves_more_alone AFTER INSERT ON settlement_authorisation
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.second_id IS NULL AND NEW.amount > 0)
    EXECUTE FUNCTION nobody_moves_more_alone();
CREATE TRIGGER by_authority AFTER UPDATE OF state ON settlement_bill
    FOR EACH ROW WHEN (OLD.state IN ('pending_approval', 'approval_rejected')
                       AND NEW.state NOT IN ('pending_approval', 'approval_rejected'))
    EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER by_authority_from_the_start AFTER INSERT ON settlement_bill
    FOR EACH ROW WHEN (NEW.state NOT IN ('pending_approval', 'approval_rejected'))
    EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER flagged_ones_are_looked_at BEFORE UPDATE OF state ON settlement_bill
    FOR EACH ROW WHEN (OLD.state = 'pending_approval' AND NEW.state NOT IN ('pending_approval', 'approval_rejected'))
    EXECUTE FUNCTION flagged_bills_are_looked_at();
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON settlement_bill
    FOR EACH ROW EXECUTE FUNCTION only_the_state_of_a_bill_moves();
CREATE TRIGGER go_on_with_their_invoices BEFORE UPDATE OF state ON settlement_bill
    FOR EACH ROW
    WHEN (OLD.state = 'pending_invoice' AND NEW.state = 'invoice_under_review'
          OR OLD.state = 'invoice_under_review' AND NEW.state = 'payment_processing')
    EXECUTE FUNCTION bills_go_on_with_their_invoices();
CREATE CONSTRAINT TRIGGER held_sellers_are_issued_nothing
    AFTER INSERT ON settlement_bill DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION held_sellers_are_issued_nothing();
CREATE CONSTRAINT TRIGGER recovered_has_its_allocations
    AFTER INSERT ON settlement_bill DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.recovered > 0) EXECUTE FUNCTION recovered_has_its_allocations();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_billdocument
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_billdocument
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER are_released_once BEFORE UPDATE OR DELETE ON settlement_billhold
    FOR EACH ROW EXECUTE FUNCTION holds_are_released_once();
CREATE TRIGGER are_taken_once BEFORE UPDATE OR DELETE ON settlement_billlook
    FOR EACH ROW EXECUTE FUNCTION bill_looks_are_taken_once();
CREATE TRIGGER takes_two BEFORE UPDATE OF state ON settlement_billpreview
    FOR EACH ROW WHEN (NEW.state = 'approved' AND NEW.requested_by_id = NEW.approved_by_id)
    EXECUTE FUNCTION a_preview_takes_two();
CREATE TRIGGER were_looked_at BEFORE UPDATE OR DELETE ON settlement_billpreview
    FOR EACH ROW EXECUTE FUNCTION approved_previews_were_looked_at();
CREATE TRIGGER keep_what_they_show BEFORE UPDATE OR DELETE ON settlement_billpreviewseller
    FOR EACH ROW EXECUTE FUNCTION previews_keep_what_they_show();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_billproduct
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_billproduct
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER of_its_seller AFTER INSERT ON settlement_billproduct
    REFERENCING NEW TABLE AS named
    FOR EACH STATEMENT EXECUTE FUNCTION a_bill_names_products_of_its_seller();
CREATE TRIGGER issue_approved_previews BEFORE INSERT OR UPDATE OF preview_id, cycle ON settlement_billrun
    FOR EACH ROW EXECUTE FUNCTION runs_issue_approved_previews();
CREATE TRIGGER expect_what_was_approved BEFORE UPDATE ON settlement_billrunseller
    FOR EACH ROW WHEN (NEW.state = 'done') EXECUTE FUNCTION parts_expect_what_was_approved();
CREATE TRIGGER balances_move_by_movements AFTER INSERT OR UPDATE OF balance ON settlement_deposit
    FOR EACH ROW EXECUTE FUNCTION balances_move_by_movements();
CREATE TRIGGER a_seller_who_left_pays_what_it_owes
    BEFORE INSERT ON settlement_depositmovement FOR EACH ROW WHEN (NEW.change > 0)
    EXECUTE FUNCTION a_seller_who_left_pays_what_it_owes();
CREATE TRIGGER by_authority AFTER INSERT ON settlement_depositmovement
    FOR EACH ROW WHEN (NEW.kind IN ('top_up', 'penalty', 'return', 'adjustment', 'reversal'))
    EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER insert_only
    BEFORE DELETE OR UPDATE ON settlement_depositmovement
    FOR EACH ROW
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER make_the_balance AFTER INSERT ON settlement_depositmovement
    REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION movements_make_the_balance();
CREATE TRIGGER never_emptied
    BEFORE TRUNCATE ON settlement_depositmovement
    FOR EACH STATEMENT
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER keep_their_claim BEFORE UPDATE OR DELETE ON settlement_dispute
    FOR EACH ROW EXECUTE FUNCTION disputes_keep_their_claim();
CREATE TRIGGER keep_to_their_bill BEFORE INSERT OR UPDATE ON settlement_dispute
    FOR EACH ROW EXECUTE FUNCTION disputes_keep_to_their_bill();
CREATE TRIGGER another_account_takes_two BEFORE UPDATE OF state ON settlement_invoice
    FOR EACH ROW WHEN (NEW.state = 'verified' AND OLD.state <> NEW.state)
    EXECUTE FUNCTION another_account_takes_two();
CREATE TRIGGER keep_their_facts BEFORE UPDATE OR DELETE ON settlement_invoice
    FOR EACH ROW EXECUTE FUNCTION invoices_keep_their_facts();
CREATE TRIGGER keep_to_their_bill AFTER INSERT OR UPDATE ON settlement_invoice
    FOR EACH ROW EXECUTE FUNCTION invoices_keep_to_their_bill();
CREATE TRIGGER insert_only
    BEFORE DELETE OR UPDATE ON settlement_journal
    FOR EACH ROW
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied
    BEFORE TRUNCATE ON settlement_journal
    FOR EACH STATEMENT
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER insert_only
    BEFORE DELETE OR UPDATE ON settlement_ledgerentry
    FOR EACH ROW
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER journals_balance AFTER INSERT ON settlement_ledgerentry
    REFERENCING NEW TABLE AS posted
    FOR EACH STATEMENT EXECUTE FUNCTION journals_balance();
CREATE TRIGGER never_emptied
    BEFORE TRUNCATE ON settlement_ledgerentry
    FOR EACH STATEMENT
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER by_authority AFTER UPDATE OF state ON settlement_receivable
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NEW.state = 'moved_to_bill')
    EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER by_authority AFTER INSERT ON settlement_receivablepayment
    FOR EACH ROW EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER insert_only
    BEFORE DELETE OR UPDATE ON settlement_receivablepayment
    FOR EACH ROW
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied
    BEFORE TRUNCATE ON settlement_receivablepayment
    FOR EACH STATEMENT
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER outstanding_is_amount_less_allocations
    AFTER INSERT OR UPDATE ON settlement_recovery
    FOR EACH ROW EXECUTE FUNCTION outstanding_is_amount_less_allocations();
CREATE TRIGGER approved_by_enough BEFORE INSERT OR UPDATE ON settlement_refund
    FOR EACH ROW EXECUTE FUNCTION approved_means_approved_by_enough();
CREATE TRIGGER by_authority AFTER UPDATE OF state ON settlement_refund
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NEW.state IN ('approved', 'refunded')
                       AND OLD.state <> 'approved')
    EXECUTE FUNCTION money_moves_by_authority();
CREATE TRIGGER name_their_customer BEFORE INSERT OR UPDATE OF customer_account ON settlement_refund
    FOR EACH ROW EXECUTE FUNCTION claims_name_their_customer();
CREATE TRIGGER return_what_was_paid AFTER INSERT OR UPDATE OF order_id, state, refunded_at
    ON settlement_refund FOR EACH ROW WHEN (NEW.state NOT IN ('rejected', 'withdrawn'))
    EXECUTE FUNCTION refunds_return_what_was_paid();
CREATE TRIGGER within_the_amount_paid AFTER INSERT OR UPDATE OF amount, order_id, state
    ON settlement_refund FOR EACH ROW EXECUTE FUNCTION refunds_stay_within_the_amount_paid();
CREATE TRIGGER insert_only
    BEFORE DELETE OR UPDATE ON settlement_refundapproval
    FOR EACH ROW
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied
    BEFORE TRUNCATE ON settlement_refundapproval
    FOR EACH STATEMENT
    EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER of_this_refund BEFORE INSERT ON settlement_refundapproval
    FOR EACH ROW EXECUTE FUNCTION approvals_are_of_this_refund();
