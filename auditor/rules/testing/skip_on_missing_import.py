"""AUD430: the repository's own module is missing, and the test is skipped."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.python_graph import PythonGraph, python_graph
from auditor.facts.python_project import PythonProject
from auditor.facts.python_skips import PythonSkips
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FORMS = ("{}", "{}_py", "py{}", "python_{}", "{}_python")
"""How the distribution of a module may be called."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    needed = facts.derive(_needed)
    for file, fact in facts.of(PythonSkips):
        for skip in fact.import_skips:
            who = skip.symbol or "The module"
            own = [name for name in skip.modules if _is_own(name, graph)]
            if own:
                message = f"{who} is skipped when {own[0]}, which is this repository's own, cannot be imported."
                yield Hit(file.path, skip.line, skip.line, message, skip.symbol)
            elif file.role is Role.TEST and skip.modules and all(_top(name) in needed for name in skip.modules):
                message = f"{who} is skipped when {skip.modules[0]} cannot be imported, without which the project itself does not run."
                yield Hit(file.path, skip.line, skip.line, message, skip.symbol, Severity.MEDIUM)


def _needed(facts: RepositoryFacts) -> frozenset[str]:
    """The modules of others that shipped code imports without a fallback, and whose distribution the project requires; for `RepositoryFacts.derive`."""
    required = {name for _, project in facts.of(PythonProject) for name in project.requires}
    graph = facts.derive(python_graph)
    shipped = {file.path for file in facts.files if file.role is Role.SHIPPED}
    imported = {
        _top(one.module)
        for module in graph.all
        if required and module.path in shipped
        for one in module.fact.imports
        if not one.guarded and not one.level
    }
    return frozenset(name for name in imported if required & {form.format(name.lower()) for form in _FORMS})


def _top(name: str) -> str:
    return name.partition(".")[0]


def _is_own(name: str, graph: PythonGraph) -> bool:
    return name.startswith((".", "src.")) or name.partition(".")[0] in graph.top_packages


RULE = Rule(
    id="AUD430",
    name="skip-on-missing-import",
    category=Category.SKIPPED_TEST,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a module of this repository that cannot be imported fail its tests?",
    why="A test that skips when the code under test cannot be imported is green when that code is broken or gone.",
    limits="Judged are modules of this repository, and those of distributions that its pyproject.toml requires and its code imports without a fallback; optional dependencies may be skipped for.",
    fix="Import the module at the top of the test; a broken import then fails the run.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"python-skips"}),
    roles=frozenset({Role.TEST}),
    examples=(
        Example(
            title="what the project requires, and what is optional",
            files={
                "pyproject.toml": '[project]\nname = "desk"\ndependencies = ["bus-py>=2.7", "paint"]\n\n[project.optional-dependencies]\nextra = ["fastjson"]\n',
                "desk/send.py": "import bus\n\ntry:\n    import paint\nexcept ImportError:\n    paint = None\n",
                "desk/fast.py": "import fastjson\n",
                "tests/test_send.py": (
                    "import pytest\n\nbus = pytest.importorskip('bus')\nfastjson = pytest.importorskip('fastjson')\npaint = pytest.importorskip('paint')\n\n\ndef test_send():\n    assert bus.send()\n"
                ),
            },
            found=("tests/test_send.py:3",),
        ),
        Example(
            title="importorskip on an own module",
            files={
                "service/auth.py": "KEY = 1\n",
                "tests/test_auth.py": 'import pytest\n\ndef test_auth():\n    auth = pytest.importorskip("service.auth")\n    assert auth.KEY\n',
            },
            found=("tests/test_auth.py:4",),
        ),
        Example(
            title="an import error that becomes a skip",
            files={
                "service/auth.py": "KEY = 1\n",
                "tests/test_auth.py": 'import pytest\n\ndef test_auth():\n    try:\n        from service.auth import KEY\n        assert KEY\n    except ImportError:\n        pytest.skip("auth not available")\n',
            },
            found=("tests/test_auth.py:8",),
        ),
        Example(
            title="a flag and a name that a failing import leaves empty",
            files={
                "service/auth.py": "KEY = 1\n",
                "tests/test_auth.py": (
                    "import pytest\n\ntry:\n    from service.auth import KEY\n    AVAILABLE = True\nexcept ImportError:\n    KEY = None\n    AVAILABLE = False\n\n\n"
                    "@pytest.mark.skipif(not AVAILABLE, reason='not available')\ndef test_auth():\n    assert KEY\n\n\n"
                    "def test_key():\n    if KEY is None:\n        pytest.skip('no key')\n    assert KEY\n"
                ),
            },
            found=("tests/test_auth.py:11", "tests/test_auth.py:18"),
        ),
        Example(
            title="an optional dependency",
            files={
                "service/auth.py": "KEY = 1\n",
                "tests/test_auth.py": 'import pytest\n\ndef test_frames():\n    pandas = pytest.importorskip("pandas")\n    assert pandas\n',
                "tests/test_speed.py": "import pytest\n\ntry:\n    from service import _speedups\nexcept ImportError:\n    _speedups = None\n\n\n@pytest.mark.skipif(_speedups is None, reason='not built')\ndef test_speed():\n    assert _speedups.run()\n",
            },
            found=(),
        ),
    ),
    check_repository=_check,
)
