-- The database and who comes to it; by a superuser, once, before the first migrate:
--   psql -v owner_password=… -v portal_password=… -v watcher_password=… -f roles.sql
-- Owner: migrates, and nothing else. Portal: web, workers, callers and beat; `migrate` grants to it.
-- Reader: whom an operator of the database lets look. Watcher: reads PostgreSQL's own figures.
CREATE ROLE koogallery_owner LOGIN PASSWORD :'owner_password';
-- What changed since when is told once every transaction before has ended, of whichever role.
CREATE ROLE portal LOGIN PASSWORD :'portal_password' IN ROLE pg_read_all_stats;
CREATE ROLE koogallery_reader NOLOGIN;
CREATE ROLE koogallery_watcher LOGIN PASSWORD :'watcher_password' CONNECTION LIMIT 3 IN ROLE pg_monitor;

CREATE DATABASE koogallery OWNER koogallery_owner TEMPLATE template0 ENCODING 'UTF8';
\connect koogallery
REVOKE ALL ON DATABASE koogallery FROM PUBLIC;
GRANT CONNECT ON DATABASE koogallery TO koogallery_reader, koogallery_watcher;
ALTER SCHEMA public OWNER TO koogallery_owner;
GRANT USAGE ON SCHEMA public TO koogallery_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE koogallery_owner GRANT SELECT ON TABLES TO koogallery_reader;

-- Whoever reads by hand holds no lock for long.
ALTER ROLE koogallery_watcher SET statement_timeout = '10s';
ALTER ROLE koogallery_owner SET idle_in_transaction_session_timeout = '10min';

-- With `shared_preload_libraries = 'pg_stat_statements'`: what takes the database's time.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
