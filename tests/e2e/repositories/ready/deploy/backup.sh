#!/usr/bin/env bash
# Dumps the database and copies the dump to the backup host.
set -euo pipefail
: "${DATABASE_URL:?the database to dump}"
: "${DEPLOY_HOST:?the host that keeps the dumps}"

pg_dump --format=custom --file=ledger.dump "$DATABASE_URL"
scp ledger.dump "$DEPLOY_HOST:/srv/backups/ledger.dump"
