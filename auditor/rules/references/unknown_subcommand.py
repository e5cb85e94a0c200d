"""AUD717: a command line of the project is given a sub-command that it does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.cli_commands import CliCommands
from auditor.facts.container_starts import programs_started
from auditor.facts.document_references import DocumentReferences
from auditor.facts.invocations import Invocation, invocations
from auditor.facts.module_index import module_index
from auditor.facts.pattern import pattern
from auditor.facts.python_project import PythonProject
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times, closest, is_judged, severity_of

__all__ = ["RULE"]

_MOST_WORDS = 12
_WORD = pattern(r"^[a-z][a-z0-9_-]*$")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    programs = facts.derive(_programs)
    if not programs and not any(facts.of(CliCommands)):
        return
    for one in facts.derive(invocations):
        offered, at = _offered(one, programs, facts)
        if offered and at < len(one.words) and is_judged(facts, one) and _is_unknown(one.words[at], offered):
            yield _hit(one.path, one.lines[at], one.words[0], one.words[at], offered, severity_of(one))
    yield from _in_containers(facts)
    for file, fact in facts.of(DocumentReferences):
        if file.role not in (Role.DOCUMENTATION, Role.SHIPPED) or about_other_times(file.path):
            continue
        for code in fact.codes:
            name, _, rest = code.text.partition(" ")
            word = rest.split(" ")[0]
            words = code.text.split()[:_MOST_WORDS]
            offered = _of_module(words, facts)
            if offered and _is_unknown(words[3], offered):
                yield _hit(file.path, code.line, words[2], words[3], offered, Severity.LOW)
            if name in programs and word and _is_unknown(word, programs[name]):
                yield _hit(file.path, code.line, name, word, programs[name], Severity.LOW)


def _in_containers(facts: RepositoryFacts) -> Iterator[Hit]:
    """Programs that images and compose services start by the place that they have in the container."""
    for file, one in programs_started(facts):
        word = one.given[0] if one.file and one.given else ""
        for path in _ends(one.name) if word else ():
            fact = next((fact for fact in facts.at(path, CliCommands)), None)
            if fact is not None:
                if not fact.open and fact.names and _is_unknown(word, fact.names):
                    yield _hit(file.path, one.line, path, word, fact.names, None)
                break


def _ends(path: str) -> Iterator[str]:
    """The path within the container without its first folders, one after the other."""
    parts = path.strip("/").removeprefix("./").split("/")
    yield from ("/".join(parts[at:]) for at in range(len(parts)))


def _programs(facts: RepositoryFacts) -> dict[str, frozenset[str]]:
    """The sub-commands of every console script whose package names them all."""
    found: dict[str, frozenset[str]] = {}
    for _, project in facts.of(PythonProject):
        for script in project.scripts:
            top = script.module.partition(".")[0]
            held = [
                fact
                for file, fact in facts.of(CliCommands)
                if file.role is Role.SHIPPED and (file.path.startswith(f"{top}/") or f"/{top}/" in file.path)
            ]
            names = frozenset(name for fact in held for name in fact.names)
            if names and not any(fact.open for fact in held):
                found[script.name] = names
    return found


def _offered(
    one: Invocation, programs: dict[str, frozenset[str]], facts: RepositoryFacts
) -> tuple[frozenset[str], int]:
    """The sub-commands of the program that is run, and where in the words the chosen one stands."""
    if one.name in programs and one.words[0] == one.name:
        return programs[one.name], 1
    if one.name.startswith("python") and len(one.words) > 1 and one.words[1].endswith(".py"):
        path = one.words[1].removeprefix("./").removeprefix("@/")
        for fact in facts.at(path, CliCommands):
            if not fact.open:
                return fact.names, 2
    return _of_module(one.words, facts), 3


def _of_module(words: Sequence[str], facts: RepositoryFacts) -> frozenset[str]:
    """The sub-commands of a module that is run by its name: ``python -m shop.cli backup``; none where they cannot be told."""
    if len(words) < 4 or not words[0].startswith("python") or words[1] != "-m":  # noqa: PLR2004 - what is said behind the module
        return frozenset()
    modules = facts.derive(module_index)
    path = modules.by_name.get(words[2], "") or modules.by_name.get(f"{words[2]}.__main__", "")
    return (
        next((fact.names for fact in facts.at(path, CliCommands) if not fact.open), frozenset())
        if path
        else frozenset()
    )


def _is_unknown(word: str, offered: frozenset[str]) -> bool:
    return _WORD.search(word) is not None and word not in offered


def _hit(path: str, line: int, name: str, word: str, offered: frozenset[str], severity: Severity | None) -> Hit:  # noqa: PLR0913, PLR0917 - one sentence
    return Hit(path, line, line, f"`{name}` has no sub-command `{word}`{closest(word, offered)}.", word, severity)


_CLI = (
    "import argparse\n\n\ndef main():\n    parser = argparse.ArgumentParser()\n    sub = parser.add_subparsers()\n"
    "    sub.add_parser('backup').add_argument('--target')\n    sub.add_parser('restore', aliases=['recover'])\n    parser.parse_args()\n"
)
_PROJECT = '[project]\nname = "shop"\n[project.scripts]\nshop-ops = "shop.cli:main"\n'

RULE = Rule(
    id="AUD717",
    name="unknown-subcommand",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the project's own command line have every sub-command that scripts and documents call?",
    why="The runbook's line ends with an error of usage, in the night in which it is needed.",
    limits=(
        "Console scripts of pyproject.toml, and Python files that are run by their path, whose sub-commands are literal names given to "
        "argparse, click or typer. Nothing is said where some come from elsewhere."
    ),
    fix="Write the sub-command, or name one that there is.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"cli-commands", "container-starts", "document-references", "shell", "github-workflow"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="an action that is none of the choices, in a container and in a script",
            files={
                "ops/save.py": "import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument('action', choices=['save', 'restore'])\nparser.add_argument('--to', choices=['disk'])\nparser.parse_args()\n",
                "compose.yml": 'services:\n  save:\n    image: shop\n    command: ["python", "/srv/ops/save.py", "schedule"]\n  again:\n    image: shop\n    command: ["python", "/srv/ops/save.py", "restore"]\n',
                "run.sh": "#!/bin/sh\npython ops/save.py prune\npython ops/save.py save --to disk\n",
            },
            found=("compose.yml:4", "run.sh:2"),
        ),
        Example(
            title="the module of the command line, started by its name",
            files={
                "shop/__init__.py": "",
                "shop/cli.py": f"{_CLI}\n\nmain()\n",
                "docs/incident.md": "# Incident\n\nForce a pass with `python -m shop.cli ingest --once`, then `python -m shop.cli backup`.\n",
                "ops/now.sh": "#!/bin/sh\npython3 -m shop.cli recover\npython3 -m shop.cli prune\n",
            },
            found=("docs/incident.md:3", "ops/now.sh:3"),
        ),
        Example(
            title="a runbook that fails over, and a program that cannot",
            files={
                "pyproject.toml": _PROJECT,
                "shop/cli.py": _CLI,
                "docs/runbook.md": "# Runbook\n\nRun `shop-ops failover --region b`, then:\n\n```bash\nshop-ops promote\nshop-ops recover 1.gz\n```\n",
                "scripts/admin.py": _CLI,
                "scripts/nightly.sh": "#!/bin/sh\npython scripts/admin.py rotate\nshop-ops backup --target x\n",
            },
            found=("docs/runbook.md:3", "docs/runbook.md:6", "scripts/nightly.sh:2"),
        ),
        Example(
            title="commands by decorators, options first, and commands that others bring",
            files={
                "pyproject.toml": _PROJECT,
                "shop/cli.py": (
                    "import typer\n\napp = typer.Typer()\n\n\n@app.command()\ndef roll_back():\n    return 1\n\n\n@app.command('list')\ndef show():\n    return 2\n"
                ),
                "run.sh": '#!/bin/sh\nshop-ops roll-back\nshop-ops list\nshop-ops --verbose other\nshop-ops "$COMMAND"\n',
                "tool.py": "import click\n\n\n@click.group()\ndef main():\n    pass\n\n\nmain.add_command(load())\n",
                "other.sh": "#!/bin/sh\npython tool.py anything\n",
            },
        ),
    ),
)
