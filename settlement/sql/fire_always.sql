-- What guards facts and money is not passed over by session_replication_role = replica either. Run after every
-- migration, so that a new guard is none the less for it; one that was disabled by hand stays so. Triggers that
-- log what is to be sealed are no guards: what a replica did without them is what the seals find.
DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN
        SELECT t.tgrelid::regclass AS guarded, t.tgname
        FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND NOT starts_with(t.tgname, 'sealed_') AND c.relnamespace = current_schema()::regnamespace
          AND (starts_with(c.relname, 'settlement_') OR starts_with(c.relname, 'sellers_'))
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.guarded, guard.tgname);
    END LOOP;
END $$
