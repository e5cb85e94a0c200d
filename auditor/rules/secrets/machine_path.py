"""AUD342: code or configuration depends on a folder of one person's machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.local_addresses import machine_path
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import all_nodes, dotted
from auditor.facts.source import Source
from auditor.facts.templates import is_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COMMENTS = ("#", "//", ";", "--", "*", "<!--")
_OPENS = frozenset(
    {
        "Path",
        "open",
        "chdir",
        "insert",
        "append",
        "join",
        "listdir",
        "run",
        "Popen",
        "check_output",
        "check_call",
        "system",
        "exists",
        "glob",
    }
)
_SAMPLE = pattern(
    r"(?i)assert|expect|mock|fake|sample|example|fixture|\bre\.|regex|pattern|sanitiz|redact|mask|strip|e\.g\.|usage|\bhelp\b"
)
_WORKSPACE = pattern(r"^/(?:workspace|root/[a-z][\w\-]*)(?:/|$)")
_HOME = pattern(r"^/root/[a-z]")
_FOLDER = pattern(r"(?i)(?:base|root|project|work|repo|data|output)_?(?:dir|path|root|folder)?$")
_CONFIGURES = frozenset(
    {
        Language.YAML,
        Language.JSON,
        Language.TOML,
        Language.INI,
        Language.ENV,
        Language.MAKEFILE,
        Language.HCL,
        Language.SHELL,
    }
)
_IN_CONTAINER = pattern(r"[^\s]:/home/|\bHOME\b|(?i:mountPath|workingDir:|working_dir:|\btarget:|container)")
_DEPENDS = pattern(
    r"(?i)[:=]|\bcd\b|source|python|bash|mkdir|cp |mv |rm |WORKDIR|COPY|\b(?:see|read|consult|look (?:at|in|into)|described in|documented in|refer to)\b"
)
MOST_LINES = 20_000
LONGEST_LINE = 2000
"""What is longer is data."""


def _check(source: Source) -> Iterator[Hit]:
    if is_template(source.path):
        return
    found = _in_python(source) if source.file.language is Language.PYTHON else _in_lines(source)
    told: set[str] = set()
    for number, place in sorted(found):
        if place in told:
            continue  # one folder is one defect of the file, however often it is named
        told.add(place)
        message = f"`{place}` is a folder of one machine: anywhere else this finds nothing."
        yield Hit(source.path, number, number, message)


def _in_lines(source: Source) -> Iterator[tuple[int, str]]:
    if source.file.language not in _CONFIGURES or source.file.role is Role.TEST:
        return
    for number, line in enumerate(source.lines[:MOST_LINES], 1):
        if line.lstrip().startswith(_COMMENTS) or len(line) > LONGEST_LINE:
            continue
        if _SAMPLE.search(line) or _IN_CONTAINER.search(line):
            continue
        place = machine_path(line) if _DEPENDS.search(line) else None
        if place:
            yield number, place


def _in_python(source: Source) -> Iterator[tuple[int, str]]:
    """Paths that code opens, runs in or falls back on; in tests only those that are used, not those that are data.

    A test that uses the same folder, or what is in it, again and again is one thing to mend, and reported once.
    """
    shipped = source.file.role is Role.SHIPPED
    used = ((one, node) for node in all_nodes(source.python) for one in _paths_used(node, shipped=shipped))
    seen: set[int] = set()
    told: set[str] = set()
    for constant, node in sorted(used, key=lambda pair: (pair[0].lineno, pair[0].col_offset)):
        place = _place(str(constant.value), node, shipped=shipped)
        line = source.lines[constant.lineno - 1]
        if place and constant.lineno not in seen and not (_is_told(constant, told) or _SAMPLE.search(line)):
            seen.add(constant.lineno)
            told.update(() if shipped else (str(constant.value),))
            yield constant.lineno, place


def _is_told(constant: ast.Constant, told: set[str]) -> bool:
    return any(str(constant.value) == one or str(constant.value).startswith(f"{one.rstrip('/')}/") for one in told)


def _place(text: str, node: ast.AST, *, shipped: bool) -> str | None:
    if "\n" in text:
        return None
    place = machine_path(text)
    if place or not shipped or not _WORKSPACE.match(text):
        return place
    if isinstance(node, ast.arguments):
        return text if _HOME.match(text) else None
    targets = node.targets if isinstance(node, ast.Assign) else []
    return text if any(_FOLDER.search(dotted(one, {}).rpartition(".")[2]) for one in targets) else None


def _paths_used(node: ast.AST, *, shipped: bool) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Call):
        name = dotted(node.func, {}).rpartition(".")[2]
        given = [one.value for one in node.keywords if one.arg == "cwd"]
        given += [*node.args] if name in _OPENS else []
        for one in given:
            yield from _constants(one)
    elif shipped and isinstance(node, ast.Assign | ast.AnnAssign):
        yield from _constants(_within_path(node.value))
    elif shipped and isinstance(node, ast.arguments):
        for default in (*node.defaults, *node.kw_defaults):
            yield from _constants(default)


def _within_path(node: ast.expr | None) -> ast.expr | None:
    """The first argument of ``Path(...)``; anything else as it is."""
    if isinstance(node, ast.Call) and node.args and dotted(node.func, {}).endswith("Path"):
        return node.args[0]
    return node


def _constants(node: ast.expr | None) -> Iterator[ast.Constant]:
    """The text that an expression is, or falls back on."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)
    elif isinstance(node, ast.BoolOp):
        yield from _constants(node.values[-1])
    elif isinstance(node, ast.List | ast.Tuple):
        for one in node.elts:
            yield from _constants(one)


RULE = Rule(
    id="AUD342",
    name="machine-path",
    category=Category.LOCALHOST_ENDPOINT,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does everything run on a machine other than its author's?",
    why="A path below somebody's home folder exists for that person alone: a script fails elsewhere, and a check that skips what is missing finds nothing to complain of.",
    limits="Paths inside of containers are not those of a machine. Accounts of services and of examples are left out, and so are comments, templates and, in tests, paths that are only data.",
    fix="Build the path from the file's own place, the working directory or a setting.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"python", "shell", "yaml", "json", "toml", "ini", "env", "makefile"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    triggers=("/home/", "/users/", "users\\", "/workspace", "/root/"),
    check_file=_check,
    examples=(
        Example(
            title="the checkout of one machine as a default",
            files={
                "validate.py": 'class Validator:\n    def __init__(self, root: str = "/root/repo", cache: str = "/var/cache/shop"):\n        self.root = root\n'
            },
            found=("validate.py:2",),
        ),
        Example(
            title="scripts, services, defaults and tests of one person",
            files={
                "scripts/report.sh": "#!/bin/bash\n# cd /home/mweber/shop\ncd /home/mweber/shop && make report\n",
                "shop.service": "[Service]\nWorkingDirectory=/home/mweber/shop\n",
                "monitor.py": (
                    "import sys\n\nCONFIG = sys.argv[1] if len(sys.argv) > 1 else '/home/mweber/shop/monitor.yaml'\nBASE_DIR = '/workspace'\n\n\n"
                    "def load(path='/Users/mweber/shop.db'):\n    return path\n"
                ),
                "tests/test_files.py": (
                    "from pathlib import Path\n\nROOTS = [Path('/home/mweber/shop/tests')]\n\n\ndef test_roots():\n    assert all(root.exists() for root in ROOTS)\n    assert run('pwd', cwd='/home/mweber/shop/tests/unit') == 0\n"
                ),
            },
            found=(
                "monitor.py:3",
                "monitor.py:4",
                "monitor.py:7",
                "scripts/report.sh:3",
                "shop.service:2",
                "tests/test_files.py:3",
            ),
        ),
        Example(
            title="accounts of services and of examples, and paths that are data",
            files={
                "start.sh": "#!/bin/bash\ncd /home/app/shop\nexport HOME=/home/runner/work\ncd /home/user/shop\n",
                "tests/test_paths.py": "def test_short():\n    assert short('/home/mweber/shop') == '~/shop'\n",
                "paths.py": "def is_home(path):\n    return path.startswith('/home/')\n",
            },
        ),
    ),
)
