"""AUD287: a service counts as well because its code or its setting is there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check
from auditor.facts.python_effects import PURE_METHODS, effect_of_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ABOUT_SETTINGS = pattern(
    r"(?i)config|setting|env|secret|credential|variable|parameter|dependenc|import|package|requirement|install|librar|module_|python|version|syntax|key|token|option|flag|enabled|path|file|argument|input|schema|format"
)
"""Names of checks for which a setting or an installed library is all that they ask for."""
_SERVICES = pattern(
    r"(?i)redis|database|(?:^|_)db(?:_|$)|postgres|mysql|mongo|kafka|rabbit|queue|broker|cache|(?:^|_)api(?:s)?(?:_|$)|rpc|wallet|connect|network|webhook|notification|smtp|mail|s3|storage|bucket|service|manager|component|worker|scheduler|model|engine|gateway|search|elastic|vault|ldap|provider|system|integration|discord|slack|telegram|stripe"
)
_LOOKS = frozenset({"find_spec", "import_module", "getenv", "get_secret", "getattr", "hasattr", "get"})
_SETTLED = frozenset({Effect.ENVIRONMENT, Effect.LOG, Effect.CLOCK})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _is_check_of_service(view):
            continue
        if _looks(view, syntax) and all(_only_looks(call, syntax) for call in view.calls):
            for node in _successes(view):
                message = f"{view.name} reports that all is well because code or a setting is there; it asks nothing that could be down."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _is_check_of_service(view: FunctionView) -> bool:
    name = f"{view.owner.name}.{view.name}" if view.owner is not None and _PROBES.search(view.owner.name) else view.name
    named = acts_as_check(view) and _SERVICES.search(name) is not None
    return named and not _about_settings(name) and not view.of(ast.Await, ast.AsyncWith, ast.With, ast.Raise)


_PROBES = pattern(r"(?:Probe|HealthCheck|Check|Checker)$")
_ADDRESS = pattern(r"(?i)(?:^|_)(?:url|uri|dsn|host|address|endpoint|connection_string|bootstrap_servers|brokers?)$")


def _about_settings(name: str) -> bool:
    """Whether a name speaks of settings; the manager of them is a service like others."""
    return _ABOUT_SETTINGS.search(_MANAGER.sub("", name)) is not None


_MANAGER = pattern(r"(?i)(?:config|configuration|settings|secrets?|key|token)_?(?:manager|service|store|server)")


def _looks(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function imports something, looks for a module, or reads a setting."""
    if view.of(ast.Import, ast.ImportFrom):
        return any(not one.startswith("importlib") for one in _imported(view)) or _calls(view, "find_spec")
    if any(effect_of_call(syntax.name_of(call.func), call) is Effect.ENVIRONMENT for call in view.calls):
        return True
    return any(_asks_for_address(node.test) for node in view.of(ast.If))


def _asks_for_address(test: ast.expr) -> bool:
    """``not self.url``, ``self._dsn is None``."""
    asked = test.operand if isinstance(test, ast.UnaryOp) else test.left if isinstance(test, ast.Compare) else test
    return isinstance(asked, ast.Attribute) and last_name(asked.value) == "self" and bool(_ADDRESS.search(asked.attr))


def _imported(view: FunctionView) -> Iterator[str]:
    yield from (node.module or "." for node in view.of(ast.ImportFrom))
    yield from (one.name for node in view.of(ast.Import) for one in node.names)


def _calls(view: FunctionView, name: str) -> bool:
    return any(last_name(call.func) == name for call in view.calls)


def _only_looks(call: ast.Call, syntax: PythonSyntax) -> bool:
    name = last_name(call.func)
    if name in _LOOKS or name in PURE_METHODS or name in ("dict", "len", "str", "bool", "isinstance", "int"):
        return True
    if name[:1].isupper() and name.endswith(("Result", "Status", "Health", "Check", "Response")):
        return True
    return effect_of_call(syntax.name_of(call.func), call) in _SETTLED


def _successes(view: FunctionView) -> Iterator[ast.Return]:
    """The results that say that all is well, and those that rest on how long or of what kind a setting is."""
    bindings = Bindings.of(view)
    imports = bool(view.of(ast.Import, ast.ImportFrom))
    for one in view.returns:
        judged = isinstance(one.value, ast.Compare | ast.BoolOp) and not imports
        told = isinstance(one.value, ast.Dict | ast.Tuple | ast.Constant | ast.Call)
        judged = judged or (isinstance(one.value, ast.Call) and _rests_on_form(one.value, bindings))
        if (judged and any(isinstance(part, ast.Name) for part in subtree(one))) or (
            told and verdict_of(one.value, bindings) is Verdict.SUCCESS
        ):
            yield one


def _rests_on_form(made: ast.Call, bindings: Bindings) -> bool:
    """Whether a result is given as its verdict how an address begins, or that it is there."""
    for one in (*made.args, *(keyword.value for keyword in made.keywords)):
        match one:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="startswith")):
                return name in bindings.assigned
            case ast.Call(func=ast.Name(id="bool"), args=[ast.Name(id=name)]):
                return name in bindings.assigned
            case _:
                continue
    return False


RULE = Rule(
    id="AUD287",
    name="configuration-taken-for-service",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does the check of a service ask the service?",
    why="A cache that is 'healthy' because its address is set, or because its module can be found, is healthy on the day on which it is down.",
    limits="Judged are checks named for a service that await, open and call nothing but lookups of modules, settings and clocks.",
    fix="Ask the service, with a time limit, and report what it says.",
    since="0.4.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a setting, and a module",
            files={
                "health.py": (
                    "import os\n"
                    "\n"
                    "\n"
                    "async def check_cache():\n"
                    "    try:\n"
                    '        url = os.getenv("CACHE_URL", "")\n'
                    "        if not url:\n"
                    '            return {"status": "not_configured"}\n'
                    '        return {"status": "healthy"}\n'
                    "    except Exception as error:\n"
                    '        return {"status": "unhealthy", "error": str(error)}\n'
                    "\n"
                    "\n"
                    "def check_scheduler_service():\n"
                    "    import importlib.util\n"
                    "\n"
                    '    if importlib.util.find_spec("cronlib.scheduler") is None:\n'
                    '        return {"status": "degraded"}\n'
                    '    return {"status": "healthy"}\n'
                    "\n"
                    "\n"
                    "def test_wallet_connection():\n"
                    '    key = os.getenv("WALLET")\n'
                    "    return key is not None and len(key) > 20\n"
                ),
            },
            found=("health.py:19", "health.py:24", "health.py:9"),
        ),
        Example(
            title="an address that is there, and how one begins",
            files={
                "probes.py": (
                    "import os\n"
                    "\n"
                    "\n"
                    "class BrokerProbe:\n"
                    "    async def check(self):\n"
                    "        if not self.url:\n"
                    '            return ProbeResult("broker", State.UNHEALTHY)\n'
                    '        return ProbeResult("broker", State.HEALTHY, 1.4)\n'
                    "\n"
                    "\n"
                    "async def check_storage():\n"
                    '    address = os.environ.get("STORAGE_URL", "")\n'
                    '    return CheckResult("storage", address.startswith("s3://"), "reached")\n'
                ),
            },
            found=("probes.py:13", "probes.py:8"),
        ),
        Example(
            title="a service that is asked, and a check of settings",
            files={
                "health.py": (
                    "import os\n"
                    "\n"
                    "\n"
                    "async def check_cache(client):\n"
                    '    url = os.getenv("CACHE_URL", "")\n'
                    "    await client.ping(url)\n"
                    '    return {"status": "healthy"}\n'
                    "\n"
                    "\n"
                    "def check_database_config():\n"
                    '    if not os.getenv("DATABASE_URL"):\n'
                    '        return {"status": "not_configured"}\n'
                    '    return {"status": "ok"}\n'
                ),
            },
        ),
    ),
    check_file=_check,
)
