"""AUD106: a document gives a placeholder host as the address of an environment."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.placeholder_hosts import PlaceholderHosts
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    used: dict[str, str] = {}
    for file, hosts in repository.of(PlaceholderHosts):
        if file.role is Role.SHIPPED:
            for one in hosts.items:
                if one.host.count(".") > 1:  # a bare example.com may mean anything
                    used.setdefault(one.host, f"{file.path}:{one.line}")
    for file, hosts in repository.of(PlaceholderHosts):
        if file.role is not Role.DOCUMENTATION:
            continue
        for one in hosts.items:
            if "/" in one.host:
                message = f"The document fetches the project from `{one.host}`, whose name stands for another."
                yield Hit(file.path, one.line, one.line, message)
            elif one.host in used:
                message = f"The document gives `{one.host}` as the project's address, as `{used[one.host]}` does; nothing is there."
                yield Hit(file.path, one.line, one.line, message)


RULE = Rule(
    id="AUD106",
    name="documented-placeholder-url",
    category=Category.PLACEHOLDER,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    question="Do the documents name addresses at which something answers?",
    why=(
        "A document may illustrate with a reserved host. Where the deployment uses the very same host, the document "
        "does not illustrate: it describes an environment that does not exist."
    ),
    limits="Only hosts below a reserved or stand-in domain that a shipped file uses too, the domain alone is not enough; and commands that fetch code or images from an owner called your-org and the like.",
    fix="Name the real address in both places, or say in the document that the environment is still to be made.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"placeholder-hosts"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="the environment of a runbook is the placeholder of the workflow",
            files={
                ".github/workflows/deploy.yml": "jobs:\n  deploy:\n    environment:\n      url: https://shop.example.com\n",
                "docs/runbook.md": "# Runbook\n\n- **URL:** https://shop.example.com\n\n```bash\ncurl -f https://shop.example.com/health\n```\n",
            },
            found=("docs/runbook.md:3", "docs/runbook.md:6"),
        ),
        Example(
            title="a clone from an owner that stands for another, and one of the reader's own copy",
            files={
                "docs/deployment.md": "# Deployment\n\n```bash\ngit clone https://github.com/your-org/shop.git\n```\n\nIssues: https://github.com/your-org/shop/issues\n",
                "CONTRIBUTING.md": "Fork it, then:\n\n```\ngit clone https://github.com/your-username/shop.git\n```\n",
            },
            found=("docs/deployment.md:4",),
        ),
        Example(
            title="a document that illustrates",
            files={
                "README.md": "Call `https://api.example.com/v1/items`, or your own host.\n",
                "app.py": 'URL = "https://shop.de"\n',
            },
        ),
    ),
)
