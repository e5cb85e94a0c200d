#!/usr/bin/env bash
# Fails unless the deployed service reports itself healthy.
set -euo pipefail
: "${DEPLOY_HOST:?the host to ask}"

ssh "$DEPLOY_HOST" "curl --fail --silent --show-error --max-time 5 http://127.0.0.1:8080/healthz"
