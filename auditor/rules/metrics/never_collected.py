"""AUD833: a file full of tests whose name no test runner looks for."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.path_mentions import PathMentions
from auditor.facts.pattern import pattern
from auditor.facts.pytest_settings import PytestSettings
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LOOKED_FOR = pattern(r"(?i)^(?:tests?|conftest)[\w-]*\.py$|^[\w.-]*tests?\.py$|^[\w.-]*specs?\.py$|^__init__\.py$")
_FOLDER = pattern(r"(?:^|/)(?:tests?|testing|integration_tests|e2e|[\w-]+_tests?)/")
_SHARED = pattern(
    r"(?i)base|mixin|common|shared|abstract|helper|util|fixture|contract|suite_base|plugin|template|case|generic|parametri"
)
_FEWEST = 2


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    if any(fact.own_names for _, fact in facts.of(PytestSettings)):
        return
    graph = facts.derive(python_graph)
    named: frozenset[str] | None = None
    for module in sorted(graph.all, key=lambda one: one.path):
        name = module.path.rpartition("/")[2]
        if (
            _LOOKED_FOR.search(name)
            or _SHARED.search(name)
            or not _FOLDER.search(module.path)
            or is_test_data(module.path)
        ):
            continue
        tests = [one for one in module.fact.functions if one.short_name.startswith("test_") and not one.nested]
        if len(tests) < _FEWEST or any(_SHARED.search(one.owner) for one in tests):
            continue
        named = _named(facts, graph) if named is None else named
        if name not in named and name.removesuffix(".py") not in named:
            message = f"{len(tests)} tests stand in a file whose name no test runner collects."
            yield Hit(module.path, 1, 1, message)


def _named(facts: RepositoryFacts, graph: PythonGraph) -> frozenset[str]:
    """The files that anything names or imports, by the last parts of their names."""
    found = {
        one.text.rpartition("/")[2]
        for file, fact in facts.of(PathMentions)
        if file.role is not Role.TEST
        for one in fact.paths
    }
    found |= {part for module in graph.all for part in _imported(module)}
    return frozenset(found)


def _imported(module: Module) -> Iterator[str]:
    for one in module.fact.imports:
        yield one.module.rpartition(".")[2]
        yield one.name


RULE = Rule(
    id="AUD833",
    name="never-collected",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the test runner find every file of tests?",
    why="Forty tests in `full_validation.py` have never run: pytest looks for `test_*.py` and `*_test.py`.",
    limits=(
        "Judged are files in folders of tests with at least two tests, of names that neither pytest nor unittest looks for, which no other file imports and nothing names; "
        "repositories that set the names themselves, and files of shared cases, are left alone."
    ),
    fix="Rename the file, or have the runner told of it.",
    since="0.5.0",
    effort=5,
    reads=frozenset({"python-module"}),
    roles=frozenset({Role.TEST, Role.SHIPPED}),
    examples=(
        Example(
            title="a suite that nothing runs",
            files={
                "pytest.ini": "[pytest]\npython_files = test_*.py\n",
                "tests/full_validation.py": "from shop import total\n\n\ndef test_total():\n    assert total([1]) == 1\n\n\ndef test_nothing():\n    assert total([]) == 0\n",
            },
            found=("tests/full_validation.py:1",),
        ),
        Example(
            title="names that the settings ask for",
            files={
                "pytest.ini": "[pytest]\npython_files = check_*.py\n",
                "tests/check_all.py": "def test_a():\n    assert 1\n\n\ndef test_b():\n    assert 2\n",
            },
        ),
        Example(
            title="what is collected, named, imported or shared",
            files={
                "tests/test_total.py": "from tests.totals import *\nfrom tests import totals\n\n\ndef test_total():\n    assert totals\n",
                "tests/totals.py": "def test_a():\n    assert 1\n\n\ndef test_b():\n    assert 2\n",
                "tests/soak.py": "def test_a():\n    assert 1\n\n\ndef test_b():\n    assert 2\n",
                "tests/base_store.py": "def test_a():\n    assert 1\n\n\ndef test_b():\n    assert 2\n",
                "scripts/soak.sh": "#!/bin/sh\npytest tests/soak.py\n",
            },
        ),
    ),
    check_repository=_check,
)
