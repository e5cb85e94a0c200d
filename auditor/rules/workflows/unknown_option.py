"""AUD461: a program of the repository is given an option that it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

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
        for word, line in zip(one.words[at:], one.lines[at:], strict=True):
            option = word.partition("=")[0]
            if word == "--":
                break
            if _OPTION.search(word) and not _is_known(option, known, python=path.endswith(".py")):
                message = f"`{path}` knows no option `{option}`{closest(option, known.names)}."
                yield Hit(one.path, line, line, message, option, severity_of(one))


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
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every program of the repository know the options that pipelines, scripts and documents give it?",
    why="argparse ends with an error of usage; a shell script that reads no such option does the whole thing where `--dry-run` was asked for.",
    limits=(
        "Long options of Python files with an argparse of their own, run by path or module, and of shell files that hand their arguments to nobody. "
        "A shell file knows every option that stands anywhere in it."
    ),
    fix="Read the option, or give one that there is.",
    since="0.4.0",
    effort=20,
    reads=frozenset(
        {"program-options", "document-references", "shell", "github-workflow", "gitlab-ci", "pipeline", "makefile"}
    ),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
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
