"""AUD917: a test that runs what tells of a failure in its answer only, and does not look at the answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from auditor.facts.pattern import pattern
from auditor.facts.python_asserting import asserts
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_RUNNERS = pattern(r"(?i)^(?:cli_?|click_?|typer_?|isolated_?)*runner$")
_CLIENTS = pattern(
    r"(?i)^_?(?:(?:test|http|api|async|sync|app|web|admin|user|auth\w*|anonymous)_?)*client$|^(?:requests|httpx)$"
)
_ADDRESS = pattern(r"^/")
"""A path alone: a client that is given a whole address goes through the network, and raises where nothing answers."""
_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})
_PROCESSES = frozenset({"subprocess.run", "subprocess.call", "os.system"})
_TALKS = frozenset({"print", "info", "debug"})
_SETS_UP = pattern(r"(?i)fixture|mock|patch|recorder|responses|respx|httpserver|caplog|capsys|recwarn|snapshot|bench")
_ENOUGH = pattern(
    r"(?i)\b(?:no|not|never|without)\b.*\b(?:recursion|errors?|exceptions?|crash\w*|raises?|fails?)\b|\bregression\b|\bdoes ?n.t (?:raise|crash|fail)"
)
"""What says that to come to an end is all that is asked for."""
_SHOWN = 80
_MEASURES = pattern(r"(?i)bench|perf|load|stress|latency|time|speed|profil|memory|leak")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if not view.is_test or asserts(view, syntax) or not _is_plain(view):
            continue
        call = _only_asked(view, syntax)
        if call is not None:
            message = f"{view.name} asserts nothing, and {last_name(call.func)} tells of a failure in its answer, at which nothing looks."
            yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _is_plain(view: FunctionView) -> bool:
    """Whether nothing that is handed in looks at what happens, and no function of the test's own does."""
    handed = any(map(_SETS_UP.search, view.parameters)) or _MEASURES.search(view.name) is not None
    marked = all("mark." in ast.unparse(one)[:_SHOWN] for one in view.node.decorator_list)
    return not handed and marked and not view.of(ast.Lambda) and _ENOUGH.search(view.docstring) is None


def _only_asked(view: FunctionView, syntax: PythonSyntax) -> ast.Call | None:
    """The last call of which only the answer tells how it went, where nothing looks at such an answer."""
    found = [call for call in view.calls if _tells_by_answer(call, view, syntax)]
    if not found:
        return None
    bound, read = _bound(view), _read(view)
    if any(bound.get(id(call)) is None or bound[id(call)] in read for call in found):
        return None
    return found[-1]


def _tells_by_answer(call: ast.Call, view: FunctionView, syntax: PythonSyntax) -> bool:
    options = {one.arg for one in call.keywords}
    if syntax.name_of(call.func) in _PROCESSES:
        return not options & {"check", None}
    if not isinstance(call.func, ast.Attribute):
        return False
    owner: ast.expr | None = call.func.value
    made = Bindings.of(view).only(owner.id) if isinstance(owner, ast.Name) else owner
    holder = last_name(made.func if isinstance(made, ast.Call) else owner)
    if call.func.attr == "invoke":
        return _RUNNERS.search(holder) is not None and "catch_exceptions" not in options
    return call.func.attr in _METHODS and _CLIENTS.search(holder) is not None and _names_address(call)


def _names_address(call: ast.Call) -> bool:
    """Whether a request goes to an address that is written out, at least in its beginning."""
    first = call.args[0] if call.args else None
    first = first.values[0] if isinstance(first, ast.JoinedStr) and first.values else first
    return isinstance(first, ast.Constant) and _ADDRESS.search(str(first.value)) is not None


def _bound(view: FunctionView) -> Mapping[int, str]:
    """The names that answers are bound to, empty where one is dropped; those that go elsewhere are not among them."""
    found: dict[int, str] = {}
    for node in view.of(ast.Expr, ast.Assign):
        value = node.value.value if isinstance(node.value, ast.Await) else node.value
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if target is None or isinstance(target, ast.Name):
            found[id(value)] = target.id if target is not None else ""
    return found


def _read(view: FunctionView) -> set[str]:
    """The names that are read elsewhere than in what is printed."""
    talks = [call for call in view.calls if last_name(call.func) in _TALKS]
    inside = {id(one) for call in talks for part in call.args for one in subtree(part)}
    return {one.id for one in view.of(ast.Name) if isinstance(one.ctx, ast.Load) and id(one) not in inside}


RULE = Rule(
    id="AUD917",
    name="outcome-dropped",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every test look at how what it runs ended?",
    why="`runner.invoke(main, [command])` catches every exception and puts it into its result: a test that drops the result passes for a command that does not even start.",
    limits="Judged are tests that assert nothing and whose runners of commands (Click, Typer), clients of services and processes are asked, with no reader of any answer but print; what measures, doubles and settings of the test that may look by themselves, and tests whose docstring asks for no more than an end, are left alone.",
    fix="Assert the exit code or status, or let the failure raise (`check=True`, `catch_exceptions=False`, `raise_for_status()`).",
    since="0.9.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("invoke", "client", "subprocess", "requests", "httpx", "os.system"),
    check_file=_check,
    examples=(
        Example(
            title="a request through the network, which raises where nothing answers",
            files={
                "tests/test_proxy.py": "import httpx\n\n\ndef test_closes():\n    client = httpx.Client(proxy='http://localhost:8888')\n    try:\n        client.get('http://shop.example')\n    finally:\n        client.close()\n"
            },
        ),
        Example(
            title="commands, requests and processes that may all have failed",
            files={
                "tests/test_all.py": (
                    "import subprocess\n\nfrom click.testing import CliRunner\n\n\ndef test_every_command_runs(runner):\n    for one in ('open', 'close'):\n        runner.invoke(main, [one])\n\n\n"
                    "def test_open():\n    result = CliRunner().invoke(main, ['open'])\n    print(result.output)\n\n\n"
                    "async def test_page(client):\n    await client.post('/page', json={})\n\n\n"
                    "def test_program():\n    subprocess.run(['till', 'open'])\n"
                )
            },
            found=(
                "tests/test_all.py:12",
                "tests/test_all.py:17",
                "tests/test_all.py:21",
                "tests/test_all.py:8",
            ),
        ),
        Example(
            title="answers that are looked at, handed on, or raise",
            files={
                "tests/test_all.py": (
                    "import subprocess\n\n\ndef test_open(runner):\n    result = runner.invoke(main, ['open'])\n    assert result.exit_code == 0\n\n\n"
                    "def test_close(runner):\n    runner.invoke(main, ['close'], catch_exceptions=False)\n\n\n"
                    "def test_page(client):\n    client.get('/page').raise_for_status()\n\n\n"
                    "def test_other(client):\n    look(client.get('/page'))\n\n\n"
                    "def test_program():\n    subprocess.run(['till', 'open'], check=True)\n\n\n"
                    "def test_sent(client, requests_mock):\n    client.get('/page')\n\n\n"
                    "@override_settings(MIDDLEWARE=['tests.Looks'])\ndef test_middleware(client):\n    client.get('/page')\n\n\n"
                    "def test_deep(client):\n    'No infinite recursion occurs.'\n    client.get('/page')\n"
                )
            },
        ),
    ),
)
