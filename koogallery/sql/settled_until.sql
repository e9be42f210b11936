-- Until when everything that has happened is there to be read: what is stamped before this instant is
-- committed, or never will be. It is the start of the oldest transaction that is still open, and `now` if
-- there is none. A stamp is never older than the start of its transaction, which pg_stat_activity has by
-- PostgreSQL's own clock, and this by that of the stamps. A session that is ending is idle and shows the
-- start of its last statement while its temporary tables are dropped: it writes nothing any more.
-- Sessions of roles that only read hold nothing back. Of one whose role this may not look at (no pg_read_all_stats)
-- nobody knows since when it writes: nothing is certain until it has ended.
SELECT statement_timestamp() - (pg_catalog.statement_timestamp() - min(
           CASE WHEN a.backend_start IS NOT NULL THEN a.xact_start
                WHEN a.backend_xid IS NOT NULL THEN 'epoch' END)) AS oldest,
       clock_timestamp() AS now
FROM pg_stat_activity a
WHERE a.datname = current_database()
  AND coalesce(a.backend_type, 'client backend') = 'client backend'
  AND a.state IS DISTINCT FROM 'idle'
  AND a.pid <> pg_backend_pid()
  AND has_table_privilege(a.usesysid, 'sellers_order', 'INSERT')
