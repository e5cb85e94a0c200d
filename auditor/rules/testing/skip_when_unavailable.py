"""AUD432: what the test is there to find missing, skips it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.flaws import Flaw
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_handlers import handlers, is_unavailability, skip_in
from auditor.facts.python_names import READS_OF_VARIABLES, last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, all_nodes, own_nodes, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.testing.code_flaws import flaw_hits

__all__ = ["RULE"]

_ABSENT = pattern(
    r"(?i)not (?:running|available|reachable|found|exist|responding|deployed|ready|healthy|up\b|present|implemented)|unavailable|unreachable|does(?:n't| not) exist|is down|missing|offline|failed"
)
_PLATFORM = pattern(
    r"(?i)platform|windows|win32|linux|darwin|macos|version|which|\bos\.name|hasattr|find_spec|sys\.|symlink|root|locale|encoding|getuid"
)
_REACHES = pattern(
    r"(?i)(?:^|_)(?:is_?)?(?:available|reachable|running|listening|responding|responds|alive|online|up|accessible|connectable)(?:_locally)?$|^(?:can_(?:reach|connect)|has_(?:docker|cluster|server|database|broker|service))"
)
_OPTIONAL = pattern(
    r"(?i)platform|windows|linux|darwin|macos|version|find_spec|import|module|package|library|locale|ipv6|symlink|color|tty|simd|avx"
)
"""What a machine or an installation may lack by its nature."""
_REAL = pattern(r"(?i)(?:^|[/_])(?:integration|e2e|end_?to_?end|live|system|stack|functional)")
"""Where tests lie that are to meet the real service."""
_ADDRESS = pattern(r"(?:_|^)(?:URL|DSN|URI|HOST|ADDR|ADDRESS|ENDPOINT|SERVERS?)\b")
_MARKS = {"pytest.mark.skipif": True, "unittest.skipIf": True, "unittest.skipUnless": False}


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from flaw_hits(
            source, Flaw.SKIPPED_WHEN_UNAVAILABLE, "{test} is skipped when what it is to check is not there."
        )
        return
    syntax = syntax_of(source)
    for mark in _marks(syntax):
        message = "What is marked so is skipped when what it is to check is not there."
        yield Hit(source.path, mark.lineno, mark.lineno, message, "")
    for view in syntax.functions:
        for skip in (*_skips(view, syntax), *_without_address(view, syntax, source.path)):
            message = f"{view.name} is skipped when what it is to check is not there."
            yield Hit(source.path, skip.lineno, skip.end_lineno or skip.lineno, message, view.qualified)


def _skips(view: FunctionView, syntax: PythonSyntax) -> Iterator[ast.stmt]:
    for _, handler in handlers(view):
        skip = skip_in(handler.body, syntax)
        if isinstance(skip, ast.stmt) and is_unavailability(handler, syntax):
            yield skip
    measured = _measured_names(view)
    for node in view.nodes:
        if not isinstance(node, ast.If):
            continue
        skip = skip_in(node.body, syntax)
        if (
            isinstance(skip, ast.stmt)
            and view.name.startswith("test")
            and _asks_for_presence(node.test, skip, measured)
        ):
            yield skip


def _marks(syntax: PythonSyntax) -> Iterator[ast.Call]:
    """Marks that skip where a function of the project finds a service, a tool or a device out of reach."""
    for node in all_nodes(syntax.tree):
        if not isinstance(node, ast.Call) or not node.args or syntax.name_of(node.func) not in _MARKS:
            continue
        absent: ast.expr | None = node.args[0]
        if _MARKS[syntax.name_of(node.func)]:
            absent = absent.operand if isinstance(absent, ast.UnaryOp) and isinstance(absent.op, ast.Not) else None
        if (
            isinstance(absent, ast.Call)
            and _REACHES.search(last_name(absent.func))
            and not _OPTIONAL.search(f"{last_name(absent.func)} {strings_in(absent)}")
        ):
            yield node


def _without_address(view: FunctionView, syntax: PythonSyntax, path: str) -> Iterator[ast.stmt]:
    """The skips of a test against a real service where nobody says at which address that is."""
    if not _REAL.search(path):
        return
    for node in view.of(ast.If):
        skip = skip_in(node.body, syntax)
        if isinstance(skip, ast.stmt) and isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not):
            given = node.test.operand
            if isinstance(given, ast.Name):
                given = Bindings.of(view).only(given.id) or given
            if (
                isinstance(given, ast.Call)
                and syntax.name_of(given.func) in READS_OF_VARIABLES
                and _ADDRESS.search(strings_in(given))
            ):
                yield skip


def _asks_for_presence(test: ast.expr, skip: ast.stmt, measured: set[str]) -> bool:
    if _PLATFORM.search(ast.unparse(test)) or not _ABSENT.search(strings_in(skip)):
        return False
    for node in own_nodes([test]):
        if isinstance(node, ast.Attribute) and node.attr in (
            "returncode",
            "exists",
            "is_file",
            "is_dir",
            "status_code",
            "ok",
        ):
            return True
        if isinstance(node, ast.Name) and node.id in measured:
            return True
        if isinstance(node, ast.Call) and _REACHES.search(last_name(node.func)):
            return True
    return False


def _measured_names(view: FunctionView) -> set[str]:
    """The names that the test itself computed with a call."""
    found: set[str] = set()
    for node in view.nodes:
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Call) for one in own_nodes([node.value])):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return found


RULE = Rule(
    id="AUD432",
    name="skip-when-unavailable",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does a test fail when the service, file or container that it checks is not there?",
    why="A health test that skips when the service is down is green exactly when it should be red.",
    limits="Conditions on the platform or its version are accepted; a fixture that skips is reported only where it catches an unreachable service.",
    fix="Fail where the environment must have it; elsewhere deselect the test with a marker that the pipeline names.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"python", "code-tests"}),
    blind=frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX}),
    roles=frozenset({Role.TEST}),
    triggers=("skip",),
    examples=(
        Example(
            title="an integration test that nobody gives an address, and a unit test",
            files={
                "tests/integration/test_store.py": (
                    "import os\n\nimport pytest\n\n\n@pytest.fixture\ndef store():\n    url = os.environ.get('DESK_STORE_URL')\n    if not url:\n        pytest.skip('DESK_STORE_URL is not set')\n    return connect(url)\n\n\n"
                    "def test_store(store):\n    if not os.getenv('DESK_COLOUR'):\n        pytest.skip('plain')\n    assert store.ask()\n"
                ),
                "tests/test_colour.py": "import os\n\nimport pytest\n\n\ndef test_colour(desk):\n    if not os.getenv('DESK_STORE_URL'):\n        pytest.skip('no store')\n    assert desk.ask()\n",
            },
            found=("tests/integration/test_store.py:10",),
        ),
        Example(
            title="marks on a test and on a module",
            files={
                "tests/test_queue.py": (
                    "import shutil\n\nimport pytest\n\nfrom tests.ports import module_is_available, reachable\n\nQUEUE = ('127.0.0.1', 5672)\n"
                    "pytestmark = [pytest.mark.slow, pytest.mark.skipif(not reachable(QUEUE), reason='no queue')]\n\n\ndef docker_available():\n    return shutil.which('docker') is not None\n\n\n"
                    "@pytest.mark.skipif(not docker_available(), reason='docker is not there')\ndef test_queue(queue):\n    assert queue.send()\n\n\n"
                    "@pytest.mark.skipif(not module_is_available('brotli'), reason='no brotli')\ndef test_brotli(queue):\n    assert queue.pack()\n"
                ),
            },
            found=("tests/test_queue.py:15", "tests/test_queue.py:8"),
        ),
        Example(
            title="a service that does not answer",
            files={
                "tests/test_live.py": 'import urllib.error\nimport urllib.request\n\nimport pytest\n\ndef test_prometheus_is_up():\n    try:\n        assert urllib.request.urlopen("http://prometheus:9090").status == 200\n    except urllib.error.URLError:\n        pytest.skip("Prometheus not running")\n'
            },
            found=("tests/test_live.py:10",),
        ),
        Example(
            title="a command that fails",
            files={
                "tests/test_live.py": 'import subprocess\n\nimport pytest\n\ndef test_containers():\n    result = subprocess.run(["docker", "ps"])\n    if result.returncode != 0:\n        pytest.skip("Docker not available")\n    assert result.stdout\n'
            },
            found=("tests/test_live.py:8",),
        ),
        Example(
            title="a platform condition",
            files={
                "tests/test_live.py": 'import sys\n\nimport pytest\n\ndef test_fork():\n    if sys.platform == "win32":\n        pytest.skip("fork is not available")\n    assert fork()\n'
            },
            found=(),
        ),
        Example(
            title="a service that does not answer, in Go",
            files={
                "live_test.go": 'package live\n\nimport "testing"\n\nfunc TestPing(t *testing.T) {\n\tconn, err := dial("db:5432")\n\tif err != nil {\n\t\tt.Skip("database not available")\n\t}\n\tif !conn.Alive() {\n\t\tt.Fatal("dead")\n\t}\n}\n'
            },
            found=("live_test.go:8",),
        ),
        Example(
            title="short runs and platforms in Go",
            files={
                "live_test.go": 'package live\n\nimport (\n\t"os/exec"\n\t"runtime"\n\t"testing"\n)\n\nfunc TestPing(t *testing.T) {\n\tif testing.Short() {\n\t\tt.Skip("database not available")\n\t}\n\tif runtime.GOOS == "windows" {\n\t\tt.Skip("not available on windows")\n\t}\n\tif _, err := exec.LookPath("docker"); err != nil {\n\t\tt.Skip("docker not found")\n\t}\n\tt.Error("x")\n}\n'
            },
            found=(),
        ),
    ),
    check_file=_check,
)
