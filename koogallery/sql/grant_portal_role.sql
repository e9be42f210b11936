-- The role as which the portal's processes work: it owns nothing, and has no right that they do not
-- use. Run by the owner after every migrate; the role's name is the setting `portal.role`.
DO $$
DECLARE
    portal name := current_setting('portal.role');
    kept text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = portal) THEN
        EXECUTE format('CREATE ROLE %I LOGIN', portal);
    END IF;
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), portal);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', portal);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', portal);
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', portal);
    EXECUTE format('GRANT EXECUTE ON FUNCTION analyze_what_is_billed(), open_partition_of_lines(text), '
                   'check_partition_of_lines(bigint), attach_partition_of_lines(bigint) TO %I', portal);
    -- Applied migrations, and from which amount on two people decide (R4.4).
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON django_migrations, settlement_approvallimit FROM %I', portal);
    -- What is only ever added to: the ledger, lines, movements, approvals, acts.
    FOR kept IN
        SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
        WHERE NOT tgisinternal AND tgfoid = 'nothing_changes_here'::regproc AND tgtype & 16 <> 0  -- UPDATE
           OR tgname = 'an_act_stays_as_it_was'
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM %I', kept, portal);
    END LOOP;
    -- What is sealed is logged by the tables' own triggers, as the owner (R7.3).
    EXECUTE format('REVOKE INSERT, DELETE ON settlement_sealedchange FROM %I', portal);
    EXECUTE format('REVOKE DELETE ON settlement_seal FROM %I', portal);
END $$;
