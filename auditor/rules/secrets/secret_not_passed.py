"""AUD302: a step or a called workflow reads a secret that nothing passes on to it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.called_workflow import local_workflow
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.names_fact import Default, Via
from auditor.facts.names_inventory import inventory
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.secrets.script_environment import unmet_scripts

__all__ = ["RULE"]

_SHOWN = 3
_SECRET = pattern(r"\bsecrets\.([A-Za-z_]\w*)")


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for record in repository.derive(inventory):
        if not record.is_secret or not (record.declared or record.passed):
            continue  # AUD301 reports what is declared nowhere
        seen: set[tuple[str, str]] = set()
        for use in record.uses:
            mention = use.mention
            if mention.via is not Via.STEP or mention.default is Default.VALUE or (use.path, mention.place) in seen:
                continue
            seen.add((use.path, mention.place))
            message = f"The step reads `{mention.name}`, which neither it, its job nor its workflow puts into the environment."
            yield Hit(use.path, mention.line, mention.line, message, mention.place)
    for one in unmet_scripts(repository):
        shown = ", ".join(f"`{name}`" for name in one.names[:_SHOWN])
        message = (
            f"The step starts {one.script!r}, which ends without {shown}, and nothing puts that into its environment."
        )
        yield Hit(one.path, one.line, one.line, message, one.place)
    for file, workflow in repository.of(GithubWorkflow):
        for job in workflow.jobs:
            yield from _called(repository, file.path, job)


def _called(repository: RepositoryFacts, path: str, job: Job) -> Iterator[Hit]:
    """What the workflow that a job calls reads of secrets, and the job does not pass on."""
    called = local_workflow(repository, job.uses.text)
    passed = {one.name.lower() for one in job.secrets}
    if called is None or "inherit" in passed:
        return
    needed = {one.name.lower(): one.name for one in called.called_secrets if one.required}
    optional = {one.name.lower() for one in called.called_secrets if one.optional}
    for name in _read(called):
        if name.lower() not in optional:
            needed.setdefault(name.lower(), name)
    for key in sorted(needed.keys() - passed):
        message = (
            f"The job {job.id!r} calls {job.uses.text!r}, which reads the secret `{needed[key]}`, and does not pass it."
        )
        last = max((one.line for one in job.secrets), default=job.uses.line)
        yield Hit(path, job.uses.line, max(last, job.uses.line), message, f"{job.id}/{needed[key]}")


def _read(workflow: GithubWorkflow) -> Iterator[str]:
    """The secrets that jobs read without an alternative. A job with an environment may have its own."""
    for job in workflow.jobs:
        for expression in job.expressions if not job.environment.is_set else ():
            if "||" in expression.text or "&&" in expression.text or "==" in expression.text:
                continue
            for match in _SECRET.finditer(expression.text):
                if match.group(1).upper() != "GITHUB_TOKEN":
                    yield match.group(1)


RULE = Rule(
    id="AUD302",
    name="secret-not-passed",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Do the steps and called workflows that read a secret get it?",
    why=(
        "A workflow's secrets reach a step only through `env:`. A script that asks for an unset variable politely "
        "(`${CHAT_WEBHOOK:-}`) skips its work and succeeds: the alert is never sent, and the run is green."
    ),
    limits=(
        "Variables that a reusable action or a self-hosted runner puts into the environment cannot be seen. Called workflows are those of the "
        "same repository; jobs with an environment may have its secrets."
    ),
    fix="Map it: `env: {CHAT_WEBHOOK: ${{ secrets.CHAT_WEBHOOK }}}` on the step or the job; for a called workflow, `secrets:` on the calling job.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"names", "github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="scripts that end without a name that the step does not give them",
            files={
                "ops/save.sh": '#!/bin/bash\nset -euo pipefail\npg_dump "$SHOP_DATABASE_URL" | gzip | aws s3 cp - "s3://${SAVE_BUCKET}/db-${SAVE_LABEL:-daily}.gz"\n',
                ".github/workflows/save.yml": (
                    "on: push\njobs:\n  save:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - env:\n          SHOP_DATABASE_URL: ${{ secrets.SHOP_DATABASE_URL }}\n"
                    "        run: bash ops/save.sh\n      - env:\n          SHOP_DATABASE_URL: ${{ secrets.SHOP_DATABASE_URL }}\n          SAVE_BUCKET: shop-saves\n        run: ./ops/save.sh\n"
                    "      - run: SHOP_DATABASE_URL=a SAVE_BUCKET=b ops/save.sh\n      - run: |\n          echo SAVE_BUCKET=shop-saves >> $GITHUB_ENV\n          export SHOP_DATABASE_URL=a\n          bash ops/save.sh || true\n"
                ),
            },
            found=(".github/workflows/save.yml:9",),
        ),
        Example(
            title="steps that read settings before they start the script",
            files={
                "deploy/settings.env": "SAVE_PLACE=shop\n",
                "ops/save.sh": '#!/bin/bash\nset -euo pipefail\naws s3 cp dump.gz "s3://${SAVE_BUCKET}/db.gz"\n',
                ".github/workflows/save.yml": (
                    "on: push\njobs:\n  save:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n"
                    '      - run: set -a; . ./deploy/settings.env; ./ops/save.sh\n      - run: |\n          eval "$(./ops/settings)"\n          ./ops/save.sh\n'
                ),
            },
        ),
        Example(
            title="a workflow that is called without its secrets",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    uses: ./.github/workflows/deploy.yml\n    secrets:\n      REGISTRY_TOKEN: ${{ secrets.REGISTRY_TOKEN }}\n"
                    "  all:\n    uses: ./.github/workflows/deploy.yml\n    secrets: inherit\n"
                ),
                ".github/workflows/deploy.yml": (
                    "on:\n  workflow_call:\n    secrets:\n      REGISTRY_TOKEN: {required: true}\n      CHAT_TOKEN: {required: false}\n"
                    "jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n        env:\n"
                    "          TOKEN: ${{ secrets.REGISTRY_TOKEN }}\n          CHAT: ${{ secrets.CHAT_TOKEN }}\n          KEY: ${{ secrets.DEPLOY_KEY }}\n"
                    "  live:\n    runs-on: ubuntu-latest\n    environment: production\n    steps:\n      - run: ./deploy.sh ${{ secrets.LIVE_KEY }}\n"
                ),
            },
            found=(".github/workflows/release.yml:4",),
        ),
        Example(
            title="a notification that is never sent",
            files={
                "docs/secrets.md": "- `CHAT_WEBHOOK`: where deployments are announced\n",
                ".github/workflows/deploy.yml": (
                    "on: push\n"
                    "jobs:\n"
                    "  notify:\n"
                    "    runs-on: ubuntu-latest\n"
                    "    steps:\n"
                    "      - name: Announce\n"
                    "        run: |\n"
                    '          if [ -n "${CHAT_WEBHOOK:-}" ]; then\n'
                    '            curl -d done "$CHAT_WEBHOOK"\n'
                    "          fi\n"
                ),
            },
            found=(".github/workflows/deploy.yml:8",),
        ),
        Example(
            title="a secret that is mapped",
            files={
                "docs/secrets.md": "- `CHAT_WEBHOOK`: where deployments are announced\n",
                ".github/workflows/deploy.yml": (
                    "on: push\n"
                    "jobs:\n"
                    "  notify:\n"
                    "    runs-on: ubuntu-latest\n"
                    "    env:\n"
                    "      CHAT_WEBHOOK: ${{ secrets.CHAT_WEBHOOK }}\n"
                    "    steps:\n"
                    '      - run: curl -d done "$CHAT_WEBHOOK"\n'
                ),
            },
        ),
    ),
)
