#!/usr/bin/env bash
# Puts the version before the last deployment back and waits until it answers.
set -euo pipefail
: "${DEPLOY_HOST:?the host to roll back}"

previous=$(ssh "$DEPLOY_HOST" "cat /srv/ledger/previous")
ssh "$DEPLOY_HOST" "cd /srv/ledger && echo '$previous' > current"
ssh "$DEPLOY_HOST" "cd /srv/ledger && VERSION='$previous' docker compose up --detach --wait"
