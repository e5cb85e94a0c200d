"""AUD430: the repository's own module, or one that it cannot run without, is missing, and the test is skipped."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_graph import PythonGraph, python_graph
from auditor.facts.python_module import PythonModule
from auditor.facts.python_project import PythonProject
from auditor.facts.python_skips import PythonSkips
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SEVERAL = 2
"""Shipped modules that import a package, from which on it is no option."""
_FORMS = ("{}", "{}_py", "py{}", "python_{}", "{}_python")
"""How the distribution of a module may be called."""
_WORD = pattern(r"\w+")
_VENDORED = frozenset({"_vendor", "vendor", "vendored", "_vendored", "third_party", "thirdparty", "extern", "_extern"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for file, fact in facts.of(PythonSkips):
        for skip in () if is_test_data(file.path) else fact.import_skips:
            own = [name for name in skip.modules if _is_own(name, graph)]
            if own and not any(_needs(name, skip.reason, graph) or _is_optional(name, facts) for name in own):
                message = f"{skip.symbol or 'The module'} is skipped when {own[0]}, which is this repository's own, cannot be imported."
                milder = Severity.MEDIUM if all(_takes_from_elsewhere(name, graph) for name in own) else None
                yield Hit(file.path, skip.line, skip.line, message, skip.symbol, milder)
                continue
            needed = [name for name in skip.modules if name.partition(".")[0] in facts.derive(_needed)]
            if needed:
                message = f"{skip.symbol or 'The module'} is skipped when {needed[0]} cannot be imported, without which the shipped code does not start."
                yield Hit(file.path, skip.line, skip.line, message, skip.symbol, Severity.MEDIUM)


def _needs(name: str, reason: str, graph: PythonGraph) -> bool:
    """Whether the reason names a package from elsewhere that the module itself imports: for want of that it cannot be."""
    module = graph.find(name)
    if module is None or not reason:
        return False
    said = {match.group() for match in _WORD.finditer(reason)}
    tops = {one.module.partition(".")[0] for one in module.fact.imports if not one.level}
    return any(top in said and top not in graph.top_packages for top in tops)


def _takes_from_elsewhere(name: str, graph: PythonGraph) -> bool:
    """Whether the module imports packages that are neither the repository's nor Python's: it may be for want of one."""
    module = graph.find(name)
    tops = {one.module.partition(".")[0] for one in module.fact.imports if not one.level} if module else set()
    return bool(tops - graph.top_packages - sys.stdlib_module_names)


def _is_optional(name: str, facts: RepositoryFacts) -> bool:
    """Whether shipped code itself does without the module where it cannot be imported, and it needs others' packages."""
    graph = facts.derive(python_graph)
    module = graph.find(name)
    return module is not None and module.name in facts.derive(_done_without) and _takes_from_elsewhere(name, graph)


def _done_without(facts: RepositoryFacts) -> frozenset[str]:
    """The own modules that shipped code imports only as far as it can; for `RepositoryFacts.derive`."""
    graph = facts.derive(python_graph)
    shipped = [graph.by_path[file.path] for file, _ in facts.of(PythonModule) if file.role is Role.SHIPPED]
    written = [
        (one, graph.absolute(module, "." * one.level + one.module))
        for module in shipped
        for one in module.fact.imports
        if one.guarded
    ]
    names = {name for _, name in written} | {f"{name}.{one.name}" for one, name in written if one.name}
    return frozenset(found.name for found in map(graph.find, sorted(names)) if found is not None)


def _is_own(name: str, graph: PythonGraph) -> bool:
    if not _VENDORED.isdisjoint(name.split(".")):
        return False  # whoever packs the project may leave it out, and take the package itself
    return name.startswith((".", "src.")) or name.partition(".")[0] in graph.top_packages


def _needed(facts: RepositoryFacts) -> frozenset[str]:
    """The packages that shipped code imports as a matter of course: several modules do, or the project requires them; for `RepositoryFacts.derive`."""
    projects = [project for _, project in facts.of(PythonProject)]
    required = {name for project in projects for name in project.requires}
    extras = {name for project in projects for name in project.extras} - required
    counted: Counter[str] = Counter()
    spared: set[str] = set()
    for file, module in facts.of(PythonModule):
        if file.role is not Role.SHIPPED:
            continue
        counted.update({one.module.partition(".")[0] for one in module.imports if not one.level and not one.guarded})
        spared.update(one.module.partition(".")[0] for one in module.imports if one.guarded)
    return frozenset(
        name
        for name, times in counted.items()
        if name not in spared and (required & _forms(name) or (times >= _SEVERAL and not extras & _forms(name)))
    )


def _forms(name: str) -> set[str]:
    return {form.format(name.lower()) for form in _FORMS}


RULE = Rule(
    id="AUD430",
    name="skip-on-missing-import",
    category=Category.SKIPPED_TEST,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a module of this repository that cannot be imported fail its tests?",
    why="A test that skips when the code under test cannot be imported is green when that code is broken or gone.",
    limits="Optional dependencies from elsewhere may be skipped for; judged are modules of this repository, and packages that two of its shipped modules import, or one of them where pyproject.toml requires it, and none does without.",
    fix="Import the module at the top of the test; a broken import then fails the run.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"python-skips"}),
    roles=frozenset({Role.TEST}),
    examples=(
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
            title="a package that several modules import, and that an extra alone brings",
            files={
                "pyproject.toml": '[project]\nname = "service"\ndependencies = ["brokerlib"]\n\n[project.optional-dependencies]\ncharts = ["python-plotlib>=2"]\n',
                "service/charts.py": "import plotlib\n",
                "service/feed.py": "import brokerlib\n",
                "service/lines.py": "from plotlib import Line\n",
                "tests/test_charts.py": 'import pytest\n\nplotlib = pytest.importorskip("plotlib")\nbrokerlib = pytest.importorskip("brokerlib")\n\n\ndef test_charts():\n    assert plotlib\n',
            },
            found=("tests/test_charts.py:4",),
        ),
        Example(
            title="a package that the shipped code imports everywhere, and one that it can do without",
            files={
                "service/feed.py": "import brokerlib\n\ntry:\n    import fastjson\nexcept ImportError:\n    fastjson = None\n",
                "service/sink.py": "from brokerlib.errors import Closed\n\nimport fastjson\n",
                "service/more.py": "import fastjson\n",
                "tests/test_feed.py": 'import pytest\n\nbrokerlib = pytest.importorskip("brokerlib")\nfastjson = pytest.importorskip("fastjson")\n\n\ndef test_feed():\n    assert brokerlib\n',
            },
            found=("tests/test_feed.py:3",),
        ),
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
            title="an optional dependency",
            files={
                "service/auth.py": "KEY = 1\n",
                "tests/test_auth.py": 'import pytest\n\ndef test_frames():\n    pandas = pytest.importorskip("pandas")\n    assert pandas\n',
                "service/sizes.py": "class Plain:\n    pass\n\n\ntry:\n    from quantiles import Sketch\nexcept ImportError:\n    pass\n",
                "tests/test_sizes.py": "import pytest\n\nfrom service.sizes import Plain\n\ntry:\n    from service.sizes import Sketch\nexcept ImportError:\n    Sketch = None\n\n\n@pytest.mark.skipif(Sketch is None, reason='no quantiles')\ndef test_sizes():\n    assert Sketch().size == Plain().size\n",
                "service/watch.py": "import quickwatch\n\n\ndef start():\n    quickwatch.start()\n",
                "tests/test_watch.py": "import pytest\n\ntry:\n    from service.watch import start\nexcept ImportError:\n    start = None\n\n\n@pytest.mark.skipif(start is None, reason='quickwatch not available')\ndef test_start():\n    assert start()\n",
                "service/_vendor/frames.py": "SIZE = 1\n",
                "tests/test_vendored.py": "import pytest\n\nframes = pytest.importorskip('service._vendor.frames')\n\n\ndef test_size():\n    assert frames.SIZE\n",
                "service/__init__.py": "from .auth import KEY\n\ntry:\n    from .worker import Worker\nexcept ImportError:\n    pass\n",
                "service/worker.py": "from prefork import Base\n\n\nclass Worker(Base):\n    pass\n",
                "tests/test_worker.py": "import pytest\n\nworker = pytest.importorskip('service.worker')\n\n\ndef test_worker():\n    assert worker.Worker\n",
                "tests/test_speed.py": "import pytest\n\ntry:\n    from service import _speedups\nexcept ImportError:\n    _speedups = None\n\n\n@pytest.mark.skipif(_speedups is None, reason='not built')\ndef test_speed():\n    assert _speedups.run()\n",
            },
            found=(),
        ),
    ),
    check_repository=_check,
)
