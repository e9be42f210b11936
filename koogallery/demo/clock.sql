-- Time as the demo has it: PostgreSQL's own, moved by one shift. A session that has this schema before
-- pg_catalog in its search_path asks here for now() and its like, in statements and in triggers alike;
-- what a column takes by default is bound to a function when the column is made, so it is bound anew.
CREATE SCHEMA IF NOT EXISTS demo_clock;
CREATE TABLE IF NOT EXISTS demo_clock.shift (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    by interval NOT NULL DEFAULT '0'
);
INSERT INTO demo_clock.shift DEFAULT VALUES ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION demo_clock.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    AS 'SELECT pg_catalog.now() + by FROM demo_clock.shift';
CREATE OR REPLACE FUNCTION demo_clock.transaction_timestamp() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    AS 'SELECT pg_catalog.transaction_timestamp() + by FROM demo_clock.shift';
CREATE OR REPLACE FUNCTION demo_clock.statement_timestamp() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    AS 'SELECT pg_catalog.statement_timestamp() + by FROM demo_clock.shift';
CREATE OR REPLACE FUNCTION demo_clock.clock_timestamp() RETURNS timestamptz
    LANGUAGE sql VOLATILE PARALLEL SAFE
    AS 'SELECT pg_catalog.clock_timestamp() + by FROM demo_clock.shift';

GRANT USAGE ON SCHEMA demo_clock TO PUBLIC;
GRANT SELECT, UPDATE ON demo_clock.shift TO PUBLIC;

DO $$
DECLARE
    path CONSTANT text := current_setting('search_path');
    made record;
BEGIN
    PERFORM set_config('search_path', 'public', true);
    FOR made IN
        SELECT d.adrelid::regclass AS relation, a.attname AS name,
               regexp_replace(pg_get_expr(d.adbin, d.adrelid),
                              '\m(now|(transaction|statement|clock)_timestamp)\(\)', 'demo_clock.\1()',
                              'g') AS expression
        FROM pg_attrdef d
        JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        JOIN pg_class c ON c.oid = d.adrelid
        WHERE c.relnamespace = 'public'::regnamespace AND a.attgenerated = ''
          AND pg_get_expr(d.adbin, d.adrelid) ~ '\m(now|(transaction|statement|clock)_timestamp)\(\)'
          AND pg_get_expr(d.adbin, d.adrelid) !~ 'demo_clock'
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s',
                       made.relation, made.name, made.expression);
    END LOOP;
    PERFORM set_config('search_path', path, true);
END $$;
