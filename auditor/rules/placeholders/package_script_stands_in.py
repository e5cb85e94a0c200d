"""AUD165: a script of package.json is named for an operation, and only says so."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.package_scripts import PackageScripts, simple_commands
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OPERATES = pattern(
    r"(?i)(?:^|:|-)(?:deploy|migrate|migrations?|backup|restore|rollback|release|publish|seed|e2e|integration|smoke|audit|security|health|healthcheck|lint|typecheck|test|verify)(?:$|:|-)"
)
_DEPLOYS = pattern(r"(?i)(?:^|:)(?:deploy|release|publish|rollback)(?:$|:)")
_TALKS = frozenset({"echo", "printf", "true", ":"})
_BUILDS = pattern(r"^(?:npm|yarn|pnpm)(?: run)? build\b|^tsc\b|^(?:vite|next|webpack) build\b|^rm\b|^rimraf\b")
_ENDS_BADLY = pattern(r"\bexit [1-9]|\bfalse\b|>\s*[^&\s2]")
_SAYS_SO = pattern(
    r"(?i)\b(?:nothing to|not (?:needed|required|applicable)|no[- ]?(?:op|build|lint|migrations?) (?:needed|required|necessary)|use |usage|deprecated|run )"
)


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(PackageScripts)
    if fact is None or is_test_data(source.path):
        return
    for one in fact.scripts:
        if not _OPERATES.search(one.name) or _ENDS_BADLY.search(one.command) or one.name.startswith(("pre", "post")):
            continue
        words = [part for part in _parts(one.command) if part != "exit 0"]
        idle = [part for part in words if part.split()[:1] and part.split()[0] in _TALKS]
        rest = [part for part in words if part not in idle]
        only_builds = bool(rest) and _DEPLOYS.search(one.name) is not None and all(map(_BUILDS.search, rest))
        says_so = any(_SAYS_SO.search(part) for part in idle) and "manual" not in one.command
        if idle and (not rest or only_builds) and not says_so:
            message = f"The script {one.name!r} only says so: `{one.command[:60]}`."
            yield Hit(source.path, one.line, one.line, message, one.name)


def _parts(command: str) -> list[str]:
    """The commands of a script, joined by words: what stands behind a pipe counts as work."""
    found = [" ".join(words) for words in simple_commands(command.replace("$", ""))]
    return found if "|" not in command.replace("||", "") else [*found, "|"]


RULE = Rule(
    id="AUD165",
    name="package-script-stands-in",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the scripts of package.json do what they are named for?",
    why="`npm run deploy` that builds and prints 'Deployed' is believed, by people and by pipelines.",
    limits="Scripts named for a deployment, a migration, a check or a backup that consist of `echo` and `true`; in deployments, builds beside that count as nothing. What ends in failure, or says that nothing is needed, is left alone.",
    fix="Write the command, or remove the script.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"package-scripts"}),
    triggers=("echo", "true", "printf"),
    check_file=_check,
    examples=(
        Example(
            title="a migration and a deployment in words",
            files={
                "package.json": '{\n  "scripts": {\n    "db:migrate": "echo \'run migrations manually\'",\n    "deploy": "npm run build && echo Deployed to $TARGET",\n    "test": "echo ok"\n  }\n}\n'
            },
            found=("package.json:3", "package.json:4", "package.json:5"),
        ),
        Example(
            title="scripts that work, that fail, and that say that nothing is needed",
            files={
                "package.json": '{\n  "scripts": {\n    "db:migrate": "knex migrate:latest && echo done",\n    "test": "echo \\"Error: no test specified\\" && exit 1",\n    "lint": "echo \'nothing to lint\'",\n    "build": "echo built",\n    "deploy": "npm run build && vercel --prod && echo Deployed"\n  }\n}\n'
            },
        ),
    ),
)
