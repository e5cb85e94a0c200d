"""AUD440: a name is taken from a module of the repository that does not have it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.python_exports import PythonExports, python_exports
from auditor.facts.python_graph import Module, python_graph
from auditor.facts.python_names import BUILT_IN
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    exports = facts.derive(python_exports)
    for module in facts.derive(python_graph).all:
        if is_test_data(module.path) or module.path.endswith(".pyi"):
            continue  # what only checkers of types read fails when nothing runs
        seen: set[tuple[int, str, str]] = set()
        for line, source, name in _taken(module):
            if (line, source, name) in seen:
                continue
            seen.add((line, source, name))
            other = _missing(exports, module, source, name)
            if other is not None:
                message = f"{other.path} has no {name}, which this line takes from it."
                yield Hit(module.path, line, line, message, f"{source}.{name}")


def _taken(module: Module) -> Iterator[tuple[int, str, str]]:
    for one in module.fact.imports:
        if one.name and one.name != "*" and not one.guarded:
            yield one.line, "." * one.level + one.module, one.name
    for use in module.fact.uses:
        if use.attribute in BUILT_IN:
            continue  # patch makes it where the module takes it from the language
        yield use.line, use.module, use.attribute


def _missing(exports: PythonExports, module: Module, source: str, name: str) -> Module | None:
    other = exports.module(module, source)
    if other is None or other is module or exports.offers(other, name):
        return None
    return other


RULE = Rule(
    id="AUD440",
    name="missing-symbol",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every name that is imported from the repository's own modules exist there?",
    why="The import fails when the line runs; in a test it often ends in a skip, in a script on the day it is needed.",
    limits="Modules with __getattr__, globals() or star imports from elsewhere are taken to have every name; imports with a fallback are left alone.",
    fix="Import the name that exists, or restore the one that was removed.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python-module"}),
    roles=frozenset({Role.SHIPPED, Role.TEST, Role.EXAMPLE}),
    examples=(
        Example(
            title="a built-in function that is patched where it is used",
            files={
                "service/ask.py": "def ask():\n    return input('sure?')\n",
                "tests/test_ask.py": "from unittest.mock import patch\n\nfrom service.ask import ask\n\n\ndef test_ask():\n    with patch('service.ask.input', return_value='y'):\n        assert ask() == 'y'\n",
            },
        ),
        Example(
            title="a class that is not there",
            files={
                "service/flags.py": "class FeatureFlagManager:\n    pass\n",
                "tests/test_flags.py": "from service.flags import FeatureFlags\n\n\ndef test_flags():\n    assert FeatureFlags()\n",
            },
            found=("tests/test_flags.py:1",),
        ),
        Example(
            title="an attribute of a module",
            files={
                "service/tracing.py": "def start():\n    return 1\n",
                "tests/test_tracing.py": 'import pytest\n\n\ndef test_tracer():\n    tracing = pytest.importorskip("service.tracing")\n    assert tracing.create_tracer("x")\n',
            },
            found=("tests/test_tracing.py:6",),
        ),
        Example(
            title="a name that is to be replaced",
            files={
                "service/mail.py": "from smtplib import SMTP\n\n\ndef send():\n    return SMTP()\n",
                "tests/test_mail.py": (
                    "from unittest.mock import patch\n\n\n@patch('service.mail.SMTP')\n@patch('service.mail.Client')\ndef test_send(client, smtp):\n"
                    "    with patch('service.mail.Queue'), patch('service.mail.Spool', create=True), patch('elsewhere.mail.Queue'):\n        assert client\n"
                ),
            },
            found=("tests/test_mail.py:5", "tests/test_mail.py:7"),
        ),
        Example(
            title="conditional, starred and lazy names",
            files={
                "service/__init__.py": "from service.flags import *\n",
                "service/flags.py": "try:\n    from fast import Flags\nexcept ImportError:\n    class Flags:\n        pass\n",
                "service/lazy.py": "def __getattr__(name):\n    return name\n",
                "service/flags_view.pyi": "from service.flags import Flag\n",
                "app.py": "from service import Flags, flags, lazy\nfrom service.lazy import Anything\n",
            },
            found=(),
        ),
        Example(
            title="an input of a test",
            files={
                "linter/__init__.py": "VERSION = 1\n",
                "tests/fixtures/bad_import.py": "from linter import nothing_of_this_name\n",
            },
            found=(),
        ),
    ),
    check_repository=_check,
)
