#!/usr/bin/env bash
# The step of action.yml that audits. Takes the action's inputs as INPUT_* and the signing key as auditor does,
# writes everything into a new folder below $RUNNER_TEMP, and tells $GITHUB_OUTPUT where and what. A gate that fails
# is told as status=1, so that the steps behind this one run; bad input and bugs end it.
set -euo pipefail

folder=$(mktemp -d "$RUNNER_TEMP/auditor-XXXXXX")
options=(
    "--fail-on=$INPUT_FAIL_ON"
    "--out=$folder/certificate"
    "--format=json:$folder/report.json"
    "--format=sarif-upload:$folder/auditor.sarif"
    "--format=summary:$folder/summary.md"
    "--format=comment:$folder/comment.md"
    "--format=github:$folder/annotations.txt"
    "--format=junit:$folder/junit.xml"
    "--format=badge-svg:$folder/badge.svg"
    "--format=env:$folder/result.env"
)
if [ -n "$INPUT_REVISION" ]; then options+=("--at=$INPUT_REVISION"); fi
if [ -n "$INPUT_BASE" ]; then options+=("--base=$INPUT_BASE"); fi
if [ -n "$INPUT_RUBRIC" ]; then options+=("--rubric=$INPUT_RUBRIC"); fi
if [ -n "$INPUT_COMPONENTS" ]; then options+=("--components=$INPUT_COMPONENTS"); fi

# What is printed names files of the repository: the runner must take no line of it for a command.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
status=0
"$(dirname "${BASH_SOURCE[0]}")/../run" scan "${options[@]}" -- "$INPUT_REPOSITORY" || status=$?
echo "::$token::"

if [ "$status" -gt 1 ]; then exit "$status"; fi
certificates=("$folder"/certificate/*.md)
{
    cat "$folder/result.env"
    echo "status=$status"
    echo "folder=$folder"
    echo "certificate=${certificates[0]}"
} >>"$GITHUB_OUTPUT"
