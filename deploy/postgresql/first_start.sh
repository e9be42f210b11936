#!/bin/sh
# Of the database's container: its roles, with the passwords of its environment.
exec psql --set ON_ERROR_STOP=1 --username postgres \
    --set owner_password="$OWNER_PASSWORD" --set portal_password="$PORTAL_PASSWORD" \
    --set watcher_password="$WATCHER_PASSWORD" --file /roles.sql
