-- What must never be false about the books, held by PostgreSQL itself. Hot tables are guarded by
-- statement-level triggers over transition tables: one check per statement, not per row. Planner
-- settings are pinned on those functions because plpgsql keeps a plan made while a table was small.

-- Insert-only tables (R3.2, R5, R6.1, R7.1). ------------------------------------------------------
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'settlement_billline', 'settlement_adjustment', 'settlement_allocation',
        'settlement_depositmovement', 'settlement_receivablepayment', 'settlement_refundapproval',
        'settlement_journal', 'settlement_ledgerentry']
    LOOP
        EXECUTE format('CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION nothing_changes_here()', name);
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here()', name);
    END LOOP;
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
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON settlement_bill
    FOR EACH ROW EXECUTE FUNCTION only_the_state_of_a_bill_moves();

-- The lines of a bill: their references, their amounts, their sum (R2.1, R2.5, R2.6). --------------
-- Looked up row by row through the primary keys (a hash of a million orders would be built for every
-- batch), without a cache in between (every order comes once); what a bill says is compared once per
-- bill. The formula of a line is a row check, `a_line_follows_the_formula`.
CREATE FUNCTION lines_are_their_transactions() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_memoize = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.bill_id, n.line_no INTO wrong
        FROM inserted n
        LEFT JOIN sellers_order o ON o.id = n.order_id
        WHERE n.kind = 'order'
          AND (o.seller_id = n.seller_id AND n.cycle = o.cycle
               AND n.platform_fee_ratio = o.platform_fee_ratio
               AND (n.sales_amount = o.sales_amount AND n.customer_wht = o.customer_wht
                    AND n.refunded_before = 0
                    OR n.refunded_before > 0 AND n.refunded_before <= o.paid_amount
                    AND n.sales_amount <= o.sales_amount AND n.customer_wht <= o.customer_wht)
              ) IS NOT TRUE
        LIMIT 1;
    IF NOT FOUND THEN
        SELECT n.bill_id, n.line_no INTO wrong
            FROM inserted n
            LEFT JOIN sellers_usagerecord u ON u.id = n.usage_record_id
            WHERE n.kind = 'usage'
              AND (u.seller_id = n.seller_id AND u.order_id = n.order_id AND n.cycle = u.cycle
                   AND n.sales_amount = u.sales_amount AND n.customer_wht = u.customer_wht
                  ) IS NOT TRUE
            LIMIT 1;
    END IF;
    IF NOT FOUND THEN
        SELECT n.bill_id, n.line_no INTO wrong
            FROM (SELECT order_id, platform_fee_ratio, min(bill_id) AS bill_id, min(line_no) AS line_no
                  FROM inserted WHERE kind = 'usage' GROUP BY order_id, platform_fee_ratio) n
            LEFT JOIN sellers_order o ON o.id = n.order_id
            WHERE (n.platform_fee_ratio = o.platform_fee_ratio) IS NOT TRUE
            LIMIT 1;
    END IF;
    IF NOT FOUND THEN
        SELECT n.bill_id, n.line_no INTO wrong
            FROM inserted n
            LEFT JOIN settlement_adjustment a ON a.id = n.adjustment_id
            WHERE n.kind = 'adjustment'
              AND (a.seller_id = n.seller_id AND n.settlement = a.amount
                   AND n.sales_amount = 0 AND n.customer_wht = 0) IS NOT TRUE
            LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'line % of bill % is not its transaction', wrong.line_no, wrong.bill_id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'lines_are_their_transactions';
    END IF;
    WITH alike AS MATERIALIZED (
        SELECT bill_id, seller_id, cycle, catch_up, min(line_no) AS first_line,
               count(*) FILTER (WHERE kind <> 'adjustment') AS line_count,
               sum(sales_amount) AS sales_amount, sum(customer_wht) AS customer_wht,
               coalesce(sum(settlement) FILTER (WHERE kind <> 'adjustment'), 0) AS settlement,
               coalesce(sum(settlement) FILTER (WHERE kind = 'adjustment'), 0) AS adjustments
        FROM inserted GROUP BY bill_id, seller_id, cycle, catch_up
    ),
    summed AS (
        SELECT bill_id, min(first_line) AS first_line, sum(line_count) AS line_count,
               sum(sales_amount) AS sales_amount, sum(customer_wht) AS customer_wht,
               sum(settlement) AS settlement, sum(adjustments) AS adjustments
        FROM alike GROUP BY bill_id
    )
    SELECT n.bill_id INTO wrong
        FROM summed n
        LEFT JOIN settlement_bill b ON b.id = n.bill_id
        WHERE (b.line_count = n.line_count
               AND n.first_line = 1  -- the key is unique, so no line can be added later
               AND abs(b.sales_amount - n.sales_amount) <= 0.5
               AND abs(b.customer_wht - n.customer_wht) <= 0.5
               AND b.adjustments = n.adjustments
               AND abs(b.settlement_amount + b.withholding_tax + b.digital_service_tax
                       - b.adjustments - n.settlement) <= 0.5
               AND NOT EXISTS (SELECT FROM alike a WHERE a.bill_id = n.bill_id
                               AND (a.seller_id <> b.seller_id OR a.cycle > b.cycle
                                    OR a.catch_up <> (a.cycle < b.cycle)))
              ) IS NOT TRUE
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'bill % is not the sum of its lines', wrong.bill_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bill_is_the_sum_of_its_lines';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lines_are_their_transactions AFTER INSERT ON settlement_billline
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION lines_are_their_transactions();

-- What has been billed is frozen (R3.2). -------------------------------------------------------------
CREATE FUNCTION billed_orders_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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
CREATE TRIGGER frozen_once_billed BEFORE UPDATE OR DELETE ON sellers_order
    FOR EACH ROW EXECUTE FUNCTION billed_orders_are_frozen();

CREATE FUNCTION billed_usage_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_billline l WHERE l.usage_record_id = OLD.id) THEN
        RAISE EXCEPTION 'usage record % is on a bill and no longer changes', OLD.metering_sn
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'billed_usage_is_frozen';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER frozen_once_billed BEFORE UPDATE OR DELETE ON sellers_usagerecord
    FOR EACH ROW EXECUTE FUNCTION billed_usage_is_frozen();

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
CREATE TRIGGER within_the_amount_paid AFTER INSERT OR UPDATE OF amount, order_id, state
    ON settlement_refund FOR EACH ROW EXECUTE FUNCTION refunds_stay_within_the_amount_paid();

CREATE FUNCTION refunds_keep_to_the_amount_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.paid_amount < (SELECT coalesce(sum(amount), 0) FROM settlement_refund
        WHERE order_id = NEW.id AND state NOT IN ('rejected', 'withdrawn')) THEN
        RAISE EXCEPTION 'order % has refunds above %', NEW.number, NEW.paid_amount
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_stay_within_the_amount_paid';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refunds_keep_to_the_amount_paid AFTER UPDATE OF paid_amount ON sellers_order
    FOR EACH ROW WHEN (NEW.paid_amount < OLD.paid_amount)
    EXECUTE FUNCTION refunds_keep_to_the_amount_paid();

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
CREATE TRIGGER of_this_refund BEFORE INSERT ON settlement_refundapproval
    FOR EACH ROW EXECUTE FUNCTION approvals_are_of_this_refund();

CREATE FUNCTION approved_means_approved_by_enough() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IN ('approved', 'refunded')
        AND (SELECT count(*) FROM settlement_refundapproval a WHERE a.refund_id = NEW.id)
            < NEW.approvals_needed THEN
        RAISE EXCEPTION 'refund % needs % approvals', NEW.number, NEW.approvals_needed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_means_approved_by_enough';
    END IF;
    IF TG_OP = 'UPDATE' AND ((OLD.amount, OLD.order_id, OLD.seller_id, OLD.requested_by_id, OLD.currency, OLD.approvals_needed)
        IS DISTINCT FROM (NEW.amount, NEW.order_id, NEW.seller_id, NEW.requested_by_id, NEW.currency, NEW.approvals_needed)
        OR OLD.state IN ('refunded', 'rejected', 'withdrawn') AND OLD.state <> NEW.state) THEN
        RAISE EXCEPTION 'refund % no longer changes in this way', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_refund_keeps_its_claim';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approved_by_enough BEFORE INSERT OR UPDATE ON settlement_refund
    FOR EACH ROW EXECUTE FUNCTION approved_means_approved_by_enough();

-- Recoveries: Σ allocations + outstanding = amount at every moment (R5.4). ------------------------
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
            state = CASE WHEN r.outstanding = n.amount THEN 'recovered' ELSE r.state END,
            modified_at = now()
        FROM (SELECT recovery_id, sum(amount) AS amount FROM allocated GROUP BY recovery_id) n
        WHERE r.id = n.recovery_id;
    UPDATE settlement_receivable v SET state = 'paid', modified_at = now()
        FROM settlement_recovery r
        WHERE r.id = v.recovery_id AND r.outstanding = 0 AND v.state <> 'paid'
          AND r.id IN (SELECT recovery_id FROM allocated);
    RETURN NULL;
END $$;
CREATE TRIGGER reduce_what_is_outstanding AFTER INSERT ON settlement_allocation
    REFERENCING NEW TABLE AS allocated
    FOR EACH STATEMENT EXECUTE FUNCTION allocations_reduce_what_is_outstanding();

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
CREATE TRIGGER outstanding_is_amount_less_allocations
    AFTER INSERT OR UPDATE ON settlement_recovery
    FOR EACH ROW EXECUTE FUNCTION outstanding_is_amount_less_allocations();

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
CREATE CONSTRAINT TRIGGER recovered_is_the_sum_of_allocations
    AFTER INSERT ON settlement_allocation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION recovered_is_the_sum_of_allocations();

CREATE FUNCTION recovered_has_its_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.recovered <> (SELECT coalesce(sum(amount), 0) FROM settlement_allocation
                         WHERE bill_id = NEW.id) THEN
        RAISE EXCEPTION 'bill % recovered what no allocation took', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovered_is_the_sum_of_allocations';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER recovered_has_its_allocations
    AFTER INSERT ON settlement_bill DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.recovered > 0) EXECUTE FUNCTION recovered_has_its_allocations();

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
CREATE TRIGGER make_the_balance AFTER INSERT ON settlement_depositmovement
    REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION movements_make_the_balance();

CREATE FUNCTION balances_move_by_movements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.balance <> (SELECT coalesce(sum(change), 0) FROM settlement_depositmovement
                       WHERE seller_id = NEW.seller_id) THEN
        RAISE EXCEPTION 'the balance of a deposit is the sum of its movements'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movements_make_the_balance';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER balances_move_by_movements AFTER INSERT OR UPDATE OF balance ON settlement_deposit
    FOR EACH ROW EXECUTE FUNCTION balances_move_by_movements();

-- The ledger: every journal balances per currency (R7.1). ------------------------------------------
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
               WHERE (j.seller_id = p.seller_id) IS NOT TRUE) THEN
        RAISE EXCEPTION 'a ledger entry has no journal of its seller'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entries_belong_to_journals';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER journals_balance AFTER INSERT ON settlement_ledgerentry
    REFERENCING NEW TABLE AS posted
    FOR EACH STATEMENT EXECUTE FUNCTION journals_balance();
