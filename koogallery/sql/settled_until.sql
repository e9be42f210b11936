-- Until when everything that has happened is there to be read: what is stamped before this instant is
-- committed, or never will be. It is the start of the oldest transaction that is still open, and `now` if
-- there is none. A stamp is never older than the start of its transaction, which pg_stat_activity has by
-- PostgreSQL's own clock, and this by that of the stamps. A session that is ending is idle and shows the
-- start of its last statement while its temporary tables are dropped: it writes nothing any more.
SELECT statement_timestamp() - (pg_catalog.statement_timestamp() - min(a.xact_start)) AS oldest,
       clock_timestamp() AS now
FROM pg_stat_activity a
WHERE a.datname = current_database()
  AND a.backend_type = 'client backend'
  AND a.state IS DISTINCT FROM 'idle'
  AND a.pid <> pg_backend_pid()
