#!/usr/bin/env bash
# Deploys one version of the image and waits until it answers.
set -euo pipefail
version=${1:?usage: deploy.sh VERSION}
: "${DEPLOY_HOST:?the host to deploy to}"

ssh "$DEPLOY_HOST" "cd /srv/ledger && cp current previous && echo '$version' > current"
ssh "$DEPLOY_HOST" "cd /srv/ledger && VERSION='$version' docker compose up --detach --wait"
