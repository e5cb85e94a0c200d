"""AUD955: a file of tests that the configuration of the tests leaves out, for good."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LISTS = frozenset({"collect_ignore", "collect_ignore_glob"})
_TESTS = pattern(
    r"(?i)(?:^|/)(?:test_[\w*-]+|[\w*-]+_test)\.py$|(?:^|/)(?:integration|e2e|functional|acceptance|contract|failover|load|smoke)(?:_tests?)?/?\*?$"
)
_OPTION = pattern(r"--(?:ignore|deselect)(?:=|[ \t]+|[\"'],[ \t]*[\"'])([\w./-]*\btest_[\w-]+\.py(?:::[\w:\[\]-]+)?)")
_RUN = pattern(r"(?m)\bpytest\b[^\n]*?\s([\w./-]*\btest_[\w-]+\.py)(?:[\s\"']|$)")
"""A file of tests that a command names: pytest collects it, whatever it is told to ignore."""
_LEFT = pattern(r"--(?:ignore|deselect)\s+\S*\s?$")
_APART = pattern(
    r"(?i)py2|py3|windows|win32|linux|posix|template|data|fixture|sample|example|cookiecutter|legacy|helper"
)


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from _by_option(source)
        return
    if source.path.rpartition("/")[2] != "conftest.py":
        return
    for one in source.python.body:
        for name in _left_out(one):
            message = f"`{name}` is left out wherever the tests are run: nothing in it is ever asserted."
            yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message)


def _by_option(source: Source) -> Iterator[Hit]:
    """The files of tests that the settings of pytest pass over by ``--ignore`` or ``--deselect``."""
    if "pytest" not in source.text:
        return
    run = {match.group(1) for match in _RUN.finditer(source.text) if not _LEFT.search(match.group())}
    for number, line in enumerate(source.lines, 1):
        for match in _OPTION.finditer(line[:1000]) if not line.lstrip().startswith(("#", ";")) else ():
            if not _APART.search(match.group(1)) and match.group(1).partition("::")[0] not in run:
                message = f"`{match.group(1)}` is left out wherever the tests are run with these settings."
                yield Hit(source.path, number, number, message)


def _left_out(statement: ast.stmt) -> Iterator[str]:
    """The tests that a statement at the top of the module, behind no condition, adds to what is not collected."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=parts) | ast.Tuple(elts=parts)) if (
            name in _LISTS
        ):
            given = parts
        case ast.AugAssign(target=ast.Name(id=name), value=ast.List(elts=parts)) if name in _LISTS:
            given = parts
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=parts)) if (
            name in _LISTS
        ):
            given = parts
        case _:
            return
    for part in given:
        if (
            isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and _TESTS.search(part.value)
            and not _APART.search(part.value)
        ):
            yield part.value


RULE = Rule(
    id="AUD955",
    name="tests-left-uncollected",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are all files of tests collected somewhere?",
    why="`collect_ignore = ['test_failover.py']` takes the tests of the failover out of every run, and no report says that they were skipped.",
    limits="Judged are `--ignore` and `--deselect` of a file of tests in the settings of pytest, and `collect_ignore` and `collect_ignore_glob` at the top of a `conftest.py`, without a condition, where they name files or folders of tests. What is named for a platform or a version of Python, data, and what another command of the same settings runs, is left alone; commands of pipelines are not looked at.",
    fix="Mend the tests and collect them again, or mark each with the reason why it is skipped.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"python", "toml", "ini"}),
    roles=frozenset({Role.TEST, Role.SHIPPED}),
    triggers=("collect_ignore", "--ignore", "--deselect"),
    check_file=_check,
    examples=(
        Example(
            title="tests of the failover, taken out of every run",
            files={
                "tests/conftest.py": "import sys\n\ncollect_ignore = ['test_failover.py', 'setup.py']\ncollect_ignore_glob = ['integration/*']\nif sys.platform == 'win32':\n    collect_ignore.append('test_fork.py')\n",
            },
            found=("tests/conftest.py:3", "tests/conftest.py:4"),
        ),
        Example(
            title="a file that the settings pass over",
            files={
                "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-q --ignore=tests/test_failover.py --ignore=docs"\n',
                "tox.ini": "[testenv]\ncommands = pytest --ignore tests/test_live.py\n",
            },
            found=("pyproject.toml:2", "tox.ini:2"),
        ),
        Example(
            title="what holds no tests, is of another version, or has an environment of its own",
            files={
                "tox.ini": "[testenv]\ncommands = pytest --ignore=tests/test_live.py\n\n[testenv:live]\ncommands = pytest -q tests/test_live.py\n",
                "tests/conftest.py": "collect_ignore = ['setup.py', 'data/broken.py', 'test_py3_only.py']\n",
            },
        ),
    ),
)
