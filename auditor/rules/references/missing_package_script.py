"""AUD781: a command has a package manager run a script that no package.json has."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.build_commands import ScriptCall, script_call
from auditor.facts.invocations import Invocation, invocations
from auditor.facts.package_scripts import PackageScripts
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import is_judged, severity_of

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    packages = {file.path: fact.names for file, fact in facts.of(PackageScripts)}
    if not packages:
        return
    every = frozenset(name for names in packages.values() for name in names)
    for one in facts.derive(invocations):
        if one.elsewhere or not is_judged(facts, one):
            continue
        for call in script_call(one):
            if call.name not in _offered(one, call, packages, every):
                message = f"No package.json that is meant here has the script `{call.name}`."
                yield Hit(one.path, call.line, call.line, message, one.symbol, severity_of(one))


def _offered(
    one: Invocation, call: ScriptCall, packages: dict[str, frozenset[str]], every: frozenset[str]
) -> frozenset[str]:
    """The scripts of the package in the folder where the command runs; those of all packages where that is not told."""
    path = f"{one.folder}/package.json" if one.folder else "package.json"
    told = one.folder is not None and not call.anywhere and path in packages
    return packages[path] if told else every


_PACKAGE = '{"name": "web", "scripts": {"build": "next build", "test:unit": "vitest"}}\n'

RULE = Rule(
    id="AUD781",
    name="missing-package-script",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every script that npm, yarn or pnpm is told to run exist?",
    why="The package manager answers 'missing script': the step fails, or checks nothing where the failure is swallowed.",
    limits="Judged are `run NAME` and `npm test`. Where the package is not told by the folder, the scripts of all packages count.",
    fix="Name a script that exists, or add the one that is missing.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"github-workflow", "gitlab-ci", "pipeline", "shell", "document-references"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="end-to-end tests that no package has",
            files={
                ".github/workflows/web.yml": "on: push\njobs:\n  web:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          cd web\n          npm ci\n          npm run build\n          npm run test:e2e\n",
                "web/package.json": _PACKAGE,
                "README.md": "# Shop\n\n```bash\ncd web && npm test\n```\n",
            },
            found=(".github/workflows/web.yml:11", "README.md:4"),
        ),
        Example(
            title="scripts of another package, and those that may be missing",
            files={
                "package.json": '{"private": true}\n',
                "web/package.json": _PACKAGE,
                "scripts/check.sh": "#!/bin/sh\nnpm run --prefix web build\nnpm --prefix /srv/board run serve:all\nnpm run lint --if-present\npnpm --filter web run test:unit\npnpm turbo run test:unit\n",
            },
        ),
    ),
)
