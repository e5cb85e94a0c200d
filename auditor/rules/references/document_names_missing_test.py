"""AUD728: a document names a test that its file does not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_references import DocumentReferences
from auditor.facts.pattern import pattern
from auditor.facts.python_module import PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times, closest

__all__ = ["RULE"]

_TEST = pattern(
    r"^(?:pytest\s+(?:-\S+\s+)*)?(?:\./)?([\w./-]+\.py)::([A-Za-z_]\w*)(?:::([A-Za-z_]\w*))?(?:\[[^\]]*\])?$"
)
_TO_COME = pattern(
    r"(?i)\b(?:add|create|write|planned|todo|will be|would|should|missing|removed|renamed|not yet|no longer)\b"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, document in facts.of(DocumentReferences):
        if about_other_times(file.path):
            continue
        for code in document.codes:
            match = _TEST.search(code.text)
            if match is None or _TO_COME.search(code.context):
                continue
            path, names = match.group(1), [one for one in (match.group(2), match.group(3)) if one]
            missing = _missing(path, names, facts)
            if missing is not None:
                message = f"`{path}` has no test `{'::'.join(names)}`{missing}."
                yield Hit(file.path, code.line, code.line, message, code.text)


def _missing(path: str, names: list[str], facts: RepositoryFacts) -> str | None:
    """A hint, or an empty text, where the file is there and has no such test; None where it has one, or may inherit it."""
    modules = list(facts.at(path, PythonModule))
    if not modules:
        return None
    functions = {one.name for module in modules for one in module.functions}
    classes = {one.name: one for module in modules for one in module.classes}
    wanted = ".".join(names)
    if wanted in functions or wanted in classes or any(one.startswith(f"{wanted}.") for one in functions):
        return None
    if len(names) == 1 and any(one.endswith(f".{wanted}") for one in functions):
        return None  # in a class, which people leave out
    if any(_may_collect(module, names[0]) for module in modules):
        return None
    owner = classes.get(names[0])
    if len(names) > 1 and owner is not None and owner.bases:
        return None
    return closest(names[-1], (one.rpartition(".")[2] for one in functions), 0.75)


def _may_collect(module: PythonModule, name: str) -> bool:
    """Whether a module has a name by an import or an assignment: pytest collects what it stands for as well."""
    if module.symbols.stars or module.symbols.dynamic:
        return True
    written = {one.name for one in module.functions} | {one.name for one in module.classes}
    return name in module.symbols.names and name not in written


_TESTS = "class TestCart:\n    def test_total(self):\n        assert True\n\n\ndef test_refund():\n    assert True\n"

RULE = Rule(
    id="AUD728",
    name="document-names-missing-test",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every test there by which a document proves something?",
    why="'Rollback under load: `test_release.py::test_rollback_under_load`' proves nothing where nobody wrote that test.",
    limits=(
        "Tests in code style, as pytest names them (`file.py::name`), in files that are there; those of classes that derive from others may be inherited, and what a module imports or assigns may be anything. "
        "Sentences about tests to come, and documents about the past or the future, are passed over."
    ),
    fix="Write the test, name the one that is meant, or strike the sentence.",
    since="0.6.0",
    effort=30,
    reads=frozenset({"document-references"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="tests that a module imports, assigns, or takes over with all that another has",
            files={
                "docs/readiness.md": (
                    "# Readiness\n\n- Made: `tests/test_cart.py::test_made`\n- Taken: `tests/test_cart.py::test_taken`, `tests/test_cart.py::TestTaken::test_sum`\n"
                    "- All: `tests/test_all.py::test_load`\n- None: `tests/test_cart.py::test_load`\n"
                ),
                "tests/test_cart.py": "from tests.common import TestTaken, make, test_taken\n\ntest_made = make()\n",
                "tests/test_all.py": "from tests.common import *\n",
            },
            found=("docs/readiness.md:6",),
        ),
        Example(
            title="a test that nobody wrote",
            files={
                "docs/readiness.md": "# Readiness\n\n- Refunds: `tests/test_cart.py::test_refund`\n- Load: `tests/test_cart.py::test_refund_under_load`\n- Sum: `tests/test_cart.py::TestCart::test_sum`\n",
                "tests/test_cart.py": _TESTS,
            },
            found=("docs/readiness.md:4", "docs/readiness.md:5"),
        ),
        Example(
            title="tests that are there, may be inherited, or are to come",
            files={
                "docs/readiness.md": (
                    "# Readiness\n\n- Sum: `tests/test_cart.py::TestCart::test_total`, all of `tests/test_cart.py::TestCart`, so `tests/test_cart.py::test_total`\n- Old: `tests/test_old.py::TestOld::test_total`\n"
                    "- We will add `tests/test_cart.py::test_load`: planned\n- Elsewhere: `lib/tests/test_lib.py::test_any`\n"
                ),
                "tests/test_cart.py": _TESTS,
                "tests/test_old.py": "from tests.test_cart import TestCart\n\n\nclass TestOld(TestCart):\n    pass\n",
            },
        ),
    ),
)
