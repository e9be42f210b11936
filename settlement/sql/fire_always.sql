-- What guards facts and money is not passed over by session_replication_role = replica either. Run after every
-- migration, so that a new guard is none the less for it; one that was disabled by hand stays so.
DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN
        SELECT t.tgrelid::regclass AS guarded, t.tgname
        FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND c.relnamespace = current_schema()::regnamespace
          AND (starts_with(c.relname, 'settlement_') OR starts_with(c.relname, 'sellers_'))
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.guarded, guard.tgname);
    END LOOP;
END $$
