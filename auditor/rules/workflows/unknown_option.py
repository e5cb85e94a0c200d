"""AUD461: a program of the repository is given an option that it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.container_starts import programs_started
from auditor.facts.invocations import Invocation, invocations
from auditor.facts.module_index import ModuleIndex, module_index
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.program_options import ProgramOptions
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_paths import ROOT
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import closest, is_judged, severity_of

__all__ = ["RULE"]

_OPTION = pattern(r"^--[a-z][\w-]*(?:=.*)?$")
_PYTHON = pattern(r"^python[0-9.]*$")
_SHELLS = frozenset({"bash", "sh", "zsh"})
_ENTERS = frozenset({"docker", "docker-compose", "podman", "podman-compose", "kubectl", "oc"})
_FAR = 8
_MOST_OFFERED = 8
_PLAIN = pattern(r"^[A-Za-z][\w.-]*$")
_IMAGE = pattern(r"^/(?:app|src|code|srv|workspace|usr/src/app|opt/app)/")
"""Where images hold what the repository does at its root."""
_RUNNERS = frozenset({"uv", "poetry", "pipenv", "pdm", "hatch"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    modules = facts.derive(module_index)
    for one in facts.derive(invocations):
        if not is_judged(facts, one) or not any(_OPTION.search(word) for word in one.words):
            continue
        path, at = _program(one, facts, modules)
        known = next(facts.at(path, ProgramOptions), None) if path else None
        if known is None or known.open:
            continue
        for word, line, what in _faults(one.words[at:], one.lines[at:], known, python=path.endswith(".py")):
            yield Hit(one.path, line, line, f"`{path}` {what}.", word, severity_of(one))
    yield from _in_containers(facts, modules)


def _in_containers(facts: RepositoryFacts, modules: ModuleIndex) -> Iterator[Hit]:
    """The same of what images, compositions and manifests start."""
    for file, one in programs_started(facts):
        place = _IMAGE.sub("", one.name).removeprefix("./")
        path = (
            place if one.file else modules.by_name.get(one.name, "") or modules.by_name.get(f"{one.name}.__main__", "")
        )
        known = next(facts.at(path, ProgramOptions), None) if path in facts.all_paths and one.given else None
        if known is None or known.open:
            continue
        lines = (one.line,) * len(one.given)
        for word, line, what in _faults(one.given, lines, known, python=path.endswith(".py")):
            yield Hit(file.path, line, line, f"`{path}` {what}.", word)


def _faults(
    words: tuple[str, ...], lines: tuple[int, ...], known: ProgramOptions, *, python: bool
) -> Iterator[tuple[str, int, str]]:
    """Options that a program does not know, and values that an option does not take, with what is to be said of them."""
    choices = dict(known.choices)
    for index, (word, line) in enumerate(zip(words, lines, strict=True)):
        option, joined, value = word.partition("=")
        if word == "--":
            return
        if not _OPTION.search(word):
            continue
        if not _is_known(option, known, python=python):
            yield option, line, f"knows no option `{option}`{closest(option, known.names)}"
            continue
        value = value if joined else next(iter(words[index + 1 : index + 2]), "")
        if option in choices and _PLAIN.search(value) and value not in choices[option]:
            offered = ", ".join(choices[option][:_MOST_OFFERED])
            yield option, line, f"takes {offered} for `{option}`, and not `{value}`"


def _program(one: Invocation, facts: RepositoryFacts, modules: ModuleIndex) -> tuple[str, int]:
    """The path of the program that is run, and where its arguments begin; empty where it is none of the repository."""
    words, start = one.words, _inside(one)
    if words[0] in _RUNNERS and words[1:2] == ("run",):
        start = 2
    rest = words[start:]
    if not rest:
        return "", 0
    name = rest[0].rpartition("/")[2]
    if _PYTHON.search(name) and rest[1:2] == ("-m",) and len(rest) > 2:  # noqa: PLR2004 - python -m module
        path = modules.by_name.get(rest[2], "") or modules.by_name.get(f"{rest[2]}.__main__", "")
        return path, start + 3
    if (_PYTHON.search(name) or name in _SHELLS) and len(rest) > 1:
        return _found(rest[1], one, facts), start + 2
    return (_found(rest[0], one, facts), start + 1) if "/" in rest[0] else ("", 0)


def _inside(one: Invocation) -> int:
    """Where the command begins that a container of the project is told to run; 0 where none is."""
    if one.name not in _ENTERS or not {"run", "exec"} & set(one.words[1:_FAR]):
        return 0
    for index, (word, file) in enumerate(pairwise(one.words)):
        if (_PYTHON.search(word) or word in _SHELLS) and file.endswith((".py", ".sh", ".bash")):
            return index
    return 0


def _found(word: str, one: Invocation, facts: RepositoryFacts) -> str:
    if "$" in word or one.elsewhere or not word.endswith((".py", ".sh", ".bash")):
        return ""
    path = _IMAGE.sub("", word.removeprefix(f"{ROOT}/").removeprefix("./"))
    bases = ("",) if word.startswith(ROOT) else (one.folder or "", "")
    return next((joined for base in bases if (joined := joined_path(base, path)) in facts.all_paths), "")


def _is_known(option: str, known: ProgramOptions, *, python: bool) -> bool:
    """Argparse takes an unambiguous beginning, too."""
    return option in known.names or (python and any(name.startswith(option) for name in known.names))


_TOOL = (
    "import argparse\n\n\ndef main():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--target', required=True)\n    parser.add_argument('-q', '--quiet')\n"
    "    print(parser.parse_args())\n\n\nmain()\n"
)

RULE = Rule(
    id="AUD461",
    name="unknown-option",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every program of the repository know the options that pipelines, scripts and documents give it?",
    why="argparse ends with an error of usage; a shell script that reads no such option does the whole thing where `--dry-run` was asked for.",
    limits=(
        "Long options of Python files with an argparse of their own and the values that those choose from, run by path or module, and of shell files that hand their arguments to nobody. "
        "A shell file knows every option that stands anywhere in it."
    ),
    fix="Read the option, or give one that there is.",
    since="0.4.0",
    effort=20,
    reads=frozenset(
        {
            "program-options",
            "document-references",
            "shell",
            "github-workflow",
            "gitlab-ci",
            "pipeline",
            "makefile",
            "container-starts",
        }
    ),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="what an image starts, and a value that an option does not take",
            files={
                "desk/__init__.py": "",
                "desk/main.py": (
                    "import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument('--mode', choices=['serve', 'once'])\nparser.add_argument('--level', choices=['INFO'], type=str.upper)\n"
                    "print(parser.parse_args())\n"
                ),
                "Dockerfile": 'FROM python:3.12\nCOPY . /app\nCMD ["python", "-O", "-m", "desk.main", "--mode", "production", "--level", "info", "--metrics"]\n',
                "compose.yml": "services:\n  desk:\n    build: .\n    command: python -m desk.main --mode once\n  other:\n    build: .\n    command: python -m desk.main --mode=$MODE\n",
                "ops/run.sh": "#!/bin/sh\npython -m desk.main --mode=twice\npython -m desk.main --mode serve\n",
            },
            found=("Dockerfile:3", "Dockerfile:3", "ops/run.sh:2"),
        ),
        Example(
            title="within a container, and a script that keeps a descriptor open",
            files={
                "tools/copy.py": _TOOL,
                "ops/switch.sh": '#!/bin/sh\nexec 3>&1\necho "switching $1"\n',
                "ops/nightly.sh": (
                    "#!/bin/sh\ndocker compose run --rm worker python tools/copy.py --dry-run\nkubectl exec deploy/worker -- python3 /app/tools/copy.py --target west\n"
                    "bash ops/switch.sh west --back\n"
                ),
            },
            found=("ops/nightly.sh:2", "ops/nightly.sh:4"),
        ),
        Example(
            title="a dry run that is none, and options that were renamed",
            files={
                "tools/move.py": _TOOL,
                "shop/tool.py": _TOOL,
                "scripts/ship.sh": '#!/bin/bash\nkubectl apply -f "$1"\n',
                ".github/workflows/ship.yml": (
                    "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./scripts/ship.sh --dry-run web.yml\n      - run: |\n          python tools/move.py --to=b\n"
                    "          python -m shop.tool --target b --silent\n"
                ),
                "docs/move.md": "# Move\n\n```bash\npython tools/move.py --force --target b\n```\n",
            },
            found=(
                ".github/workflows/ship.yml:6",
                ".github/workflows/ship.yml:8",
                ".github/workflows/ship.yml:9",
                "docs/move.md:4",
            ),
        ),
        Example(
            title="options that are known, shortened, handed on, or defined elsewhere",
            files={
                "tools/move.py": _TOOL,
                "tools/open.py": _TOOL.replace("parse_args()", "parse_known_args()"),
                "scripts/ship.sh": '#!/bin/bash\ncase "$1" in\n  --dry-run) shift ;;\nesac\n',
                "scripts/wrap.sh": '#!/bin/bash\nexec pytest "$@"\n',
                "Makefile": "all:\n\tpython tools/move.py --tar b --quiet\n\tpython tools/open.py --any\n\t./scripts/ship.sh --dry-run\n\tbash scripts/wrap.sh --maxfail 1\n\tpython -m pip --version\n",
            },
        ),
    ),
)
