#!/bin/sh
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    password=$(cat "${POSTGRES_PASSWORD_FILE:-/dev/null}")
    password=${POSTGRES_PASSWORD:-$password}
    : "${password:?POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE must be given}"
    umask 077
    printf %s "$password" > /tmp/password
    initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 --auth-local=trust --encoding=UTF8 --locale=C.UTF-8 -k
    rm /tmp/password
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
    createdb -h /var/run/postgresql -U "$POSTGRES_USER" "${POSTGRES_DB:-$POSTGRES_USER}"
    pg_ctl -D "$PGDATA" -m fast -w stop
fi
shift
exec postgres -c listen_addresses='*' "$@"
