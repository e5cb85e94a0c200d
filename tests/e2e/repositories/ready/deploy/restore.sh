#!/usr/bin/env bash
# Restores the last dump and counts what came back.
set -euo pipefail
: "${DATABASE_URL:?the database to restore into}"
: "${DEPLOY_HOST:?the host that keeps the dumps}"

scp "$DEPLOY_HOST:/srv/backups/ledger.dump" ledger.dump
pg_restore --clean --if-exists --dbname="$DATABASE_URL" ledger.dump
psql "$DATABASE_URL" --command='select count(*) from entries'
