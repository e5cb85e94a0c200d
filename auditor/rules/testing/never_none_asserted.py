"""AUD918: all that a test asks is that a result is not None, which the code under test says it never is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.asserted_existence import AssertedExistence
from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_signatures import PythonSignatures
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MAY_BE_NOTHING = pattern(
    r"(?i)\bnone\b|optional|union|annotated|awaitable|coroutine|callable|\bany\b|\bobject\b|^~|^[\"']?[A-Z_]?T?[\"']?$|typevar|noreturn|never|iterator|generator|yield"
)
_ENOUGH = pattern(r"(?i)load|import|smoke|creat|init|construct|no_?err|not_?raise|instantiat|build|crash|exist|regist")
"""Names of tests that ask for no more than that something can be had."""
_SEVERAL = 2
"""Methods of one word are those of objects of any library."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    tests = list(facts.of(AssertedExistence))
    returns = _returns(facts) if tests else {}
    for file, fact in tests:
        for one in fact.items:
            given = returns.get(one.call, "")
            if given and not _ENOUGH.search(one.test.rpartition(".")[2]):
                message = f"All that the test asks is that what {one.call} gives is there, and it always gives {given}."
                yield Hit(file.path, one.line, one.end_line, message, one.test)


def _returns(facts: RepositoryFacts) -> Mapping[str, str]:
    """What functions of the shipped code say that they give, by their last names, where none of that name may give None."""
    found: dict[str, str] = {}
    for file, fact in facts.of(PythonSignatures):
        for one in fact.functions if file.role is Role.SHIPPED else ():
            name = one.name.rpartition(".")[2]
            if len(words_of(name)) < _SEVERAL or found.get(name) == "":
                continue
            given = "" if _MAY_BE_NOTHING.search(_outer(one.returns)) else one.returns.strip("'\"")[:60]
            found[name] = given if found.get(name, given) == given else ""
    return found


def _outer(annotation: str) -> str:
    """An annotation without what stands in its brackets: ``Result[int | None]`` is a result in any case."""
    parts, depth = [], 0
    for letter in annotation:
        depth += (letter == "[") - (letter == "]")
        parts.append(letter if depth == 0 else "")
    return "".join(parts).replace("]", "")


RULE = Rule(
    id="AUD918",
    name="never-none-asserted",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can every assertion that a result is there fail?",
    why="`def join(...) -> Result` gives a result for a wrong join too: `assert result is not None` passes in any case.",
    limits="Judged are tests that assert nothing else, of calls whose last name, of several words, belongs to functions of the repository only that are annotated to give something that is not None; tests that something can be loaded or made are left alone.",
    fix="Assert what the result holds.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"asserted-existence", "python-signatures"}),
    roles=frozenset({Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="results that are always there",
            files={
                "till/join.py": "class Store:\n    def rows_at(self, moment: int) -> list[int | None]:\n        return []\n\n    async def total_of_all(self) -> 'Total':\n        return Total(0)\n",
                "tests/test_join.py": (
                    "def test_rows(store):\n    store.append([1])\n    result = store.rows_at(3)\n    assert result is not None\n\n\n"
                    "async def test_total(store):\n    assert await store.total_of_all() is not None\n"
                ),
            },
            found=("tests/test_join.py:4", "tests/test_join.py:8"),
        ),
        Example(
            title="what may be None, what says nothing, and what is looked at further",
            files={
                "till/join.py": (
                    "class Store:\n    def row_at(self, moment: int) -> int | None:\n        return None\n\n    def rows(self):\n        return None\n\n"
                    "    def rows_at(self, moment: int) -> list[int]:\n        return []\n\n    def get(self, key: str) -> str:\n        return ''\n"
                ),
                "tests/test_join.py": (
                    "def test_row(store):\n    assert store.row_at(3) is not None\n\n\ndef test_rows(store):\n    found = store.rows()\n    assert found is not None\n\n\n"
                    "def test_more(store):\n    found = store.rows_at(3)\n    assert found is not None\n    assert found == [1]\n\n\n"
                    "def test_get(session):\n    assert session.get('x') is not None\n"
                ),
            },
        ),
    ),
)
