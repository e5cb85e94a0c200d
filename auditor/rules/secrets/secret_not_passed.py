"""AUD302: a step reads a secret from its environment into which no workflow puts it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.names_fact import Default, Via
from auditor.facts.names_inventory import inventory
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


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


RULE = Rule(
    id="AUD302",
    name="secret-not-passed",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Do the steps that read a secret get it?",
    why=(
        "A workflow's secrets reach a step only through `env:`. A script that asks for an unset variable politely "
        "(`${CHAT_WEBHOOK:-}`) skips its work and succeeds: the alert is never sent, and the run is green."
    ),
    limits="Variables that a reusable action or a self-hosted runner puts into the environment cannot be seen.",
    fix="Map it: `env: {CHAT_WEBHOOK: ${{ secrets.CHAT_WEBHOOK }}}` on the step or the job.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"names"}),
    check_repository=_check,
    examples=(
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
