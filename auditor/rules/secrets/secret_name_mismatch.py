"""AUD303: a secret is used under one name and declared under another."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.names_inventory import inventory
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.secrets.undeclared import undeclared

__all__ = ["RULE"]


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    declared = {record.name: record.declared for record in repository.derive(inventory)}
    for one in repository.derive(undeclared):
        if one.similar:
            mention, place = one.use.mention, declared[one.similar][0]
            message = f"`{mention.name}` is used here and declared nowhere; `{one.similar}` is declared at {place}."
            yield Hit(one.use.path, mention.line, mention.line, message, mention.name)


RULE = Rule(
    id="AUD303",
    name="secret-name-mismatch",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Are secrets used under the names under which they are declared?",
    why="Whoever sets `PAGER_TOKEN`, as the document says, has not set `PAGER_ROUTING_KEY`, which the code reads: no page is ever sent.",
    limits="Names are similar that differ in two letters, in a part at the end, or that are the only secret of the same service.",
    fix="Use one name in both places, or declare both if there are two secrets.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"names"}),
    check_repository=_check,
    examples=(
        Example(
            title="one service, two names",
            files={
                "docs/secrets.md": "# Secrets\n\n- `PAGER_TOKEN`: opens incidents\n- `CHAT_WEBHOOK`: posts messages\n",
                "alerts.yml": "receivers:\n  - service_key: ${PAGER_ROUTING_KEY}\n  - api_url: ${CHAT_WEBHOOK_URL}\n",
            },
            found=("alerts.yml:2", "alerts.yml:3"),
        ),
        Example(
            title="the platform's token under another name",
            files={
                ".github/workflows/release.yml": "on: push\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          token: ${{ secrets.GH_RELEASE_TOKEN }}\n",
                ".github/workflows/notes.yml": "on: push\njobs:\n  notes:\n    runs-on: ubuntu-latest\n    steps:\n      - run: gh release view\n        env:\n          GH_TOKEN: ${{ github.token }}\n",
            },
        ),
        Example(
            title="the declared name",
            files={
                "docs/secrets.md": "- `PAGER_TOKEN`: opens incidents\n",
                "alerts.yml": "service_key: ${PAGER_TOKEN}\n",
            },
        ),
    ),
)
