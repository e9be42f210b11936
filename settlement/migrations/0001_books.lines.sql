-- The lines of bills in partitions (R1.5): those of a large batch of a close fill a table of their own, which
-- gets its keys once it is full and is attached with the bills that it belongs to. All others are in number 0.

ALTER TABLE settlement_billline RENAME TO settlement_billline_0;
ALTER TABLE settlement_billline_0 DROP CONSTRAINT settlement_billline_pkey;
CREATE TABLE settlement_billline (LIKE settlement_billline_0 INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY LIST (partition);
CREATE SEQUENCE partition_of_lines;

-- Between two partitions an order or usage record is on one bill because it is due in one cycle, a seller has
-- one bill a cycle, and a bill has one partition: lines_are_their_transactions. An adjustment is due in none.
ALTER TABLE settlement_billedadjustment
    RENAME CONSTRAINT settlement_billedadjustment_pkey TO an_adjustment_is_billed_once;
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_billedadjustment
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_billedadjustment
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();

-- A partition's keys, each under the name of the key it is part of and its own number.
CREATE FUNCTION keys_of_lines(a_partition bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    each record;
BEGIN
    FOR each IN SELECT * FROM (VALUES
        ('UNIQUE', 'line_numbers_are_unique', '(bill_id, line_no, partition)'),
        ('UNIQUE', 'an_order_is_billed_once', '(order_id, partition) WHERE kind = ''order'''),
        ('UNIQUE', 'a_usage_record_is_billed_once', '(usage_record_id, partition) WHERE usage_record_id IS NOT NULL'),
        ('', 'lines_of_adjustments', '(adjustment_id) WHERE adjustment_id IS NOT NULL')
    ) keys (is_unique, name, columns)
    LOOP
        EXECUTE format('CREATE %s INDEX %I ON settlement_billline%s %s', each.is_unique,
                       each.name || coalesce('_' || a_partition, ''), coalesce('_' || a_partition, ''), each.columns);
    END LOOP;
END $$;

-- A table for the lines of one batch of this cycle; returns its number. Nobody sees it before it is attached.
CREATE FUNCTION open_partition_of_lines(a_cycle text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    number bigint := a_cycle::bigint * 1000000 + nextval('partition_of_lines');
    name text := 'settlement_billline_' || number;
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE settlement_billline INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT is_its_partition CHECK (partition = %s)', name, number);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO PUBLIC', name);
    RETURN number;
END $$;

-- What is full gets its keys, built by sorting, and is checked; nobody writes into it any more.
CREATE FUNCTION check_partition_of_lines(number bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    name text := 'settlement_billline_' || number;
    found record;
BEGIN
    EXECUTE format('REVOKE INSERT ON %I FROM PUBLIC', name);
    PERFORM keys_of_lines(number);
    EXECUTE format('ANALYZE %I', name);
    EXECUTE bills_of_lines(name) INTO found;
    PERFORM hold_sellers_of_bills(found.bills);
    EXECUTE check_of_lines(name) INTO found;
    PERFORM refuse_lines(found.line, found.bill);
    EXECUTE format('CREATE TRIGGER lines_are_their_transactions AFTER INSERT ON %I REFERENCING NEW TABLE AS inserted '
                   'FOR EACH STATEMENT EXECUTE FUNCTION lines_are_their_transactions()', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I FOR EACH STATEMENT '
                   'EXECUTE FUNCTION nothing_changes_here()', name);
END $$;

-- It becomes part of the lines of all bills, if it was checked: else it has no triggers. Others who attach wait
-- for the end of the transaction.
CREATE FUNCTION attach_partition_of_lines(number bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    name text := 'settlement_billline_' || number;
BEGIN
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER lines_are_their_transactions, '
                   'ENABLE ALWAYS TRIGGER never_emptied', name);
    EXECUTE format('ALTER TABLE settlement_billline ATTACH PARTITION %I FOR VALUES IN (%s)', name, number);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT is_its_partition', name);
END $$;

REVOKE EXECUTE ON FUNCTION keys_of_lines, open_partition_of_lines, check_partition_of_lines,
    attach_partition_of_lines FROM PUBLIC;
SELECT keys_of_lines(0);
ALTER TABLE settlement_billline ATTACH PARTITION settlement_billline_0 FOR VALUES IN (0);
SELECT keys_of_lines(NULL);

-- Lines are checked where they arrive: by a trigger in a table that others read, as a whole in one that is about
-- to be attached. Each line is its transaction's, due in the cycle of its bill, and each bill the sum of its lines.
-- These are statements, as a transition table is seen by nobody but the trigger itself.
CREATE FUNCTION bills_of_lines(source text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT format('SELECT sum(lines) AS lines, array_agg(bill_id) AS bills '
                  'FROM (SELECT bill_id, count(*) AS lines FROM %s GROUP BY bill_id) l', source)
$$;

-- Whoever moves what is due waits for these, and then finds the line.
CREATE FUNCTION hold_sellers_of_bills(bills bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sellers_seller WHERE id IN (SELECT seller_id FROM settlement_bill WHERE id = ANY(bills))
        ORDER BY id FOR NO KEY UPDATE;
END $$;

-- The first line that is wrong, as bill and number, and the first bill that is. Conditions are worded so that the
-- planner, who knows nothing of a transition table, expects most lines to meet them.
CREATE FUNCTION check_of_lines(source text) RETURNS text IMMUTABLE LANGUAGE sql AS $of$
    SELECT replace($check$
    WITH adjusted AS (
        INSERT INTO settlement_billedadjustment (adjustment_id, bill_id)
        SELECT adjustment_id, bill_id FROM $lines WHERE adjustment_id IS NOT NULL
    ),
    summed AS (
        SELECT bill_id, min(seller_id) AS first_seller, max(seller_id) AS last_seller,
               min(partition) AS first_partition, max(partition) AS last_partition,
               min(line_no) AS first_line, count(*) AS lines, count(adjustment_id) AS adjusted,
               max(cycle) FILTER (WHERE catch_up) AS caught_up, min(cycle) FILTER (WHERE NOT catch_up) AS current,
               max(cycle) AS last_cycle, sum(sales_amount) AS sales_amount, sum(customer_wht) AS customer_wht,
               sum(settlement) AS settlement,
               sum(settlement) FILTER (WHERE adjustment_id IS NOT NULL) AS adjustments
        FROM $lines GROUP BY bill_id
    ),
    bills AS MATERIALIZED (
        SELECT n.bill_id, b.cycle, b.seller_id, (
            b.line_count = n.lines - n.adjusted
            AND n.first_line = 1  -- the key is unique, so no line can be added later
            AND abs(b.sales_amount - n.sales_amount) <= 0.5
            AND abs(b.customer_wht - n.customer_wht) <= 0.5
            AND b.adjustments = coalesce(n.adjustments, 0)
            AND abs(b.settlement_amount + b.withholding_tax + b.digital_service_tax - n.settlement) <= 0.5
            AND n.first_seller = b.seller_id AND n.last_seller = b.seller_id
            AND n.first_partition = b.partition AND n.last_partition = b.partition
            AND n.last_cycle <= b.cycle AND coalesce(n.caught_up < b.cycle, true)
            AND coalesce(n.current = b.cycle, true)) IS TRUE AS is_right
        FROM summed n LEFT JOIN settlement_bill b ON b.id = n.bill_id
    ),
    wrong AS (
        SELECT min(ARRAY[n.bill_id, n.line_no]) AS line
            FROM $lines n
            LEFT JOIN (bills b JOIN sellers_order o ON o.seller_id = b.seller_id AND o.due_cycle = b.cycle)
                ON o.id = n.order_id AND b.bill_id = n.bill_id
            LEFT JOIN settlement_billproduct p ON p.id = n.product_id
            WHERE n.kind <> 'usage' AND n.kind <> 'adjustment'
              AND (n.cycle = o.cycle
                   AND p.bill_id = n.bill_id AND p.product_id = o.product_id
                   AND n.platform_fee_ratio = o.platform_fee_ratio
                   AND (n.sales_amount = o.sales_amount AND n.customer_wht = o.customer_wht
                        AND n.refunded_before = 0
                        OR n.refunded_before > 0 AND n.refunded_before <= o.paid_amount
                        AND n.sales_amount <= o.sales_amount AND n.customer_wht <= o.customer_wht)
                  ) IS NOT TRUE
        UNION ALL
        SELECT min(ARRAY[n.bill_id, n.line_no])
            FROM $lines n
            LEFT JOIN (bills b JOIN sellers_usagerecord u ON u.seller_id = b.seller_id AND u.due_cycle = b.cycle)
                ON u.id = n.usage_record_id AND b.bill_id = n.bill_id
            WHERE n.usage_record_id IS NOT NULL
              AND (u.order_id = n.order_id AND n.cycle = u.cycle
                   AND n.sales_amount = u.sales_amount AND n.customer_wht = u.customer_wht
                  ) IS NOT TRUE
        UNION ALL
        SELECT min(ARRAY[n.bill_id, n.line_no])
            FROM (SELECT bill_id, order_id, product_id, platform_fee_ratio, min(line_no) AS line_no
                  FROM $lines WHERE usage_record_id IS NOT NULL
                  GROUP BY bill_id, order_id, product_id, platform_fee_ratio) n
            LEFT JOIN LATERAL (SELECT platform_fee_ratio, product_id FROM sellers_order
                               WHERE id = n.order_id OFFSET 0) o ON true  -- of few orders, though nobody knows
            LEFT JOIN settlement_billproduct p ON p.id = n.product_id
            WHERE (n.platform_fee_ratio = o.platform_fee_ratio
                   AND p.bill_id = n.bill_id AND p.product_id = o.product_id) IS NOT TRUE
        UNION ALL
        SELECT min(ARRAY[n.bill_id, n.line_no])
            FROM $lines n
            LEFT JOIN settlement_adjustment a ON a.id = n.adjustment_id
            WHERE n.adjustment_id IS NOT NULL
              AND (a.seller_id = n.seller_id AND n.settlement = a.amount
                   AND n.sales_amount = 0 AND n.customer_wht = 0) IS NOT TRUE
    )
    SELECT (SELECT min(line) FROM wrong) AS line, (SELECT min(bill_id) FROM bills WHERE NOT is_right) AS bill
    $check$, '$lines', source)
$of$;

CREATE FUNCTION refuse_lines(line bigint[], bill bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF line IS NOT NULL THEN
        RAISE EXCEPTION 'line % of bill % is not its transaction', line[2], line[1]
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'lines_are_their_transactions';
    END IF;
    IF bill IS NOT NULL THEN
        RAISE EXCEPTION 'bill % is not the sum of its lines', bill
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bill_is_the_sum_of_its_lines';
    END IF;
END $$;

CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_billline
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER lines_are_their_transactions AFTER INSERT ON settlement_billline
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION lines_are_their_transactions();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_billline
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER lines_are_their_transactions AFTER INSERT ON settlement_billline_0
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION lines_are_their_transactions();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_billline_0
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();

CREATE FUNCTION a_close_leaves_nothing_due_behind() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
DECLARE
    began constant text := coalesce(OLD.open_cycle, '000000');
    closed constant text := to_char(to_date(NEW.open_cycle, 'YYYYMM') - interval '1 month', 'YYYYMM');
BEGIN
    IF began < closed
        AND (EXISTS (SELECT FROM sellers_order
                     WHERE seller_id = NEW.id AND due_cycle >= began AND due_cycle < closed)
             OR EXISTS (SELECT FROM sellers_usagerecord
                        WHERE seller_id = NEW.id AND due_cycle >= began AND due_cycle < closed)) THEN
        RAISE EXCEPTION 'seller % has something due before cycle %', NEW.number, closed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_close_leaves_nothing_due_behind';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER a_close_leaves_nothing_due_behind AFTER UPDATE OF open_cycle ON sellers_seller
    FOR EACH ROW WHEN (NEW.open_cycle IS DISTINCT FROM OLD.open_cycle)
    EXECUTE FUNCTION a_close_leaves_nothing_due_behind();

-- A close holds its sellers: what is due elsewhere after it is looked at with its lines in sight.
CREATE FUNCTION wait_for_a_close(a_seller bigint, was_due text, is_due text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF was_due IS DISTINCT FROM is_due THEN
        PERFORM FROM sellers_seller WHERE id = a_seller FOR SHARE;
    END IF;
END $$;
