"""AUD252: a health report names components, and gives each a status that is written down."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.code_components import constant_probes, constant_tables
from auditor.facts.code_scope import Scope
from auditor.facts.code_source import CODE_LANGUAGES, code_of
from auditor.facts.literal_verdicts import is_settings_name, keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REPORTS = pattern(r"(?i)health|readiness|liveness|status|diagnos|overview|system_info|monitor|metrics|cards|summary")
_HOLDERS = pattern(
    r"(?i)^(?:components?|services?|checks?|dependenc\w*|subsystems?|modules?|systems?|features?|agents?|details)$"
)
_WELL = frozenset(
    {
        "healthy",
        "operational",
        "online",
        "connected",
        "available",
        "up",
        "running",
        "active",
        "ok",
        "ready",
        "all active",
        "enabled",
    }
)
_STATES = frozenset({"status", "state", "health"})
_FEWEST = 2
_PROBES = pattern(
    r"(?i)^_*(?:get_|handle_|api_)?(?:readyz?|healthz?|health_?check|readiness|status|livez|ready_check|check_ready)(?:_\w+)?$"
)
_ABOUT = pattern(r"(?i)service|name|mode|message|env|app|version|server|api$|self|process|feature")
"""Keys under which a service speaks of itself."""
_ANSWERS = pattern(
    r"(?i)^(?:json_response|jsonify|json|JSONResponse|ORJSONResponse|JsonResponse|make_response|Response|dict|HealthResponse)$"
)


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from _in_code(source) if source.file.language in CODE_LANGUAGES - {Language.GO} else ()
        return
    for view in syntax_of(source).functions:
        if not view.is_test and _PROBES.search(view.name):
            yield from _answered(source, view)
        if view.is_test or not _REPORTS.search(view.name) or is_settings_name(view.name):
            continue
        for holder, table in _tables(view):
            known = [key for key, value in keyed(table) if _is_well(value) and key not in _STATES]
            if len(known) >= _FEWEST:
                message = f"{view.name} reports {', '.join(known[:3])} in {holder} as well without asking them."
                lines = [value.lineno for key, value in keyed(table) if key in known]
                yield Hit(source.path, min(lines), max(lines), message, view.qualified)


def _answered(source: Source, view: FunctionView) -> Iterator[Hit]:
    """What a probe that asks nobody says of its parts: ``json_response({"status": "ready", "database": "up"})``."""
    if any(not _ANSWERS.search(last_name(call.func)) for call in view.calls) or view.of(ast.Await):
        return
    for one in view.returns:
        given = [one.value, *(one.value.args if isinstance(one.value, ast.Call) else ())]
        for table in given:
            known = (
                [(key, value) for key, value in keyed(table) if _is_well(value)] if isinstance(table, ast.Dict) else []
            )
            parts = [key for key, _ in known if key not in _STATES and not _ABOUT.search(key)]
            if parts:
                message = f"{view.name} reports {', '.join(parts[:3])} as well without asking them."
                yield Hit(source.path, known[0][1].lineno, known[-1][1].lineno, message, view.qualified)


def _in_code(source: Source) -> Iterator[Hit]:
    """The same in JavaScript and TypeScript, and probes beside others that look at something."""
    tree = code_of(source)
    found: dict[int, Hit] = {}
    for node, holder, known in constant_tables(tree):
        message = f"{', '.join(known[:3])} are reported in {holder} as well without asking them."
        found.setdefault(node.line, Hit(source.path, node.line, node.end_line, message))
    for function in tree.functions:
        for node, name in constant_probes(Scope.of(function, {}, go=False)):
            message = f"{function.name} reports {name} as well without asking it."
            found.setdefault(node.line, Hit(source.path, node.line, node.end_line, message, function.qualified))
    yield from found.values()


def _tables(view: FunctionView) -> Iterator[tuple[str, ast.Dict]]:
    """The tables that are given as components, services and the like, by keyword, key or name."""
    for node in view.nodes:
        if isinstance(node, ast.keyword) and node.arg and isinstance(node.value, ast.Dict) and _HOLDERS.match(node.arg):
            yield node.arg, node.value
        elif isinstance(node, ast.Dict):
            for key, value in keyed(node):
                if isinstance(value, ast.Dict) and _HOLDERS.match(key):
                    yield key, value
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            names = [one.id for one in node.targets if isinstance(one, ast.Name) and _HOLDERS.match(one.id)]
            if names and not _changed_later(view, names[0]):
                yield names[0], node.value


def _changed_later(view: FunctionView, name: str) -> bool:
    """Whether the table is written to afterwards: then its entries are only where it starts."""
    for node in view.nodes:
        targets = node.targets if isinstance(node, ast.Assign) else []
        for one in targets:
            if isinstance(one, ast.Subscript) and any(
                isinstance(part, ast.Name) and part.id == name for part in own_nodes([one.value])
            ):
                return True
    return False


def _is_well(value: ast.expr) -> bool:
    """A good word, or a table whose status is one and in which nothing is worked out."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and value.value.lower() in _WELL
    if isinstance(value, ast.Dict):
        entries = dict(keyed(value))
        constant = all(isinstance(one, ast.Constant) for one in entries.values())
        return constant and any(key in _STATES and _is_well(one) for key, one in entries.items())
    return False


RULE = Rule(
    id="AUD252",
    name="constant-component-status",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is the status of each component in a health report asked for?",
    why="The report lists the database, the queue and the workers as online on the day on which they are down, too.",
    limits="Judged are tables given as components, services, checks and the like in functions named for health or status, where two entries or more are literal good words; tables that are changed afterwards are left alone. In JavaScript and TypeScript also probes that return a constant beside others of the same kind that look at something.",
    fix="Ask each component, and leave out those that cannot be asked.",
    since="0.2.0",
    effort=45,
    reads=frozenset({"python", "code-functions"}),
    blind=frozenset({Language.GO}),
    triggers=(
        "component",
        "service",
        "check",
        "dependenc",
        "subsystem",
        "module",
        "system",
        "feature",
        "agent",
        "detail",
        "health",
    ),
    examples=(
        Example(
            title="a readiness that claims its parts",
            files={
                "shop/api.py": (
                    "async def readyz(request):\n    return web.json_response({'status': 'ready', 'database': 'up', 'bank': 'up'})\n\n\n"
                    "async def healthz(request):\n    return web.json_response({'status': 'ok', 'service': 'up'})\n\n\n"
                    "async def ready(request):\n    return web.json_response({'status': 'ready', 'database': await request.app.db.state()})\n"
                )
            },
            found=("shop/api.py:2",),
        ),
        Example(
            title="an answer of Express, and a probe beside one that asks",
            files={
                "src/app.ts": (
                    "app.get('/health', (req, res) => {\n  res.json({\n    status: 'ok',\n    services: { database: 'connected', cache: 'connected' },\n  });\n});\n"
                ),
                "src/health.ts": (
                    "export class Health {\n  async report() {\n    return Promise.all([\n      this.probe('database', async () => ({ up: await this.pool.ping() })),\n"
                    "      this.probe('bucket', async () => ({ up: true, detail: 'writable' })),\n    ]);\n  }\n}\n"
                ),
            },
            found=("src/app.ts:4", "src/health.ts:5"),
        ),
        Example(
            title="an answer of Express that is worked out, and states that a page knows",
            files={
                "src/app.ts": (
                    "app.get('/health', async (req, res) => {\n  const services = { database: 'up', cache: 'up' };\n  services.database = await ping(pool);\n"
                    "  res.json({ status: 'ok', services });\n});\n\nexport const statusOptions = () => ({ services: { a: 'online', b: 'online' } });\n"
                ),
                "src/page.ts": "export function register(app) {\n  app.check('one', () => true);\n  app.check('two', () => true);\n}\n",
            },
        ),
        Example(
            title="components that are always online",
            files={
                "app/health.py": (
                    "async def health(core):\n    return Health(\n        status=core.status(),\n        components={\n            'core': core.name(),\n            'bus': 'online',\n            'queue': 'online',\n        },\n    )\n"
                )
            },
            found=("app/health.py:6",),
        ),
        Example(
            title="components that are asked, and settings",
            files={
                "app/health.py": (
                    "async def health(core):\n    components = {'bus': 'online', 'queue': 'online'}\n    components['bus'] = await core.bus()\n    return {'components': components, 'queue': await core.queue()}\n\n\n"
                    "def default_status_config():\n    return {'checks': {'a': 'enabled', 'b': 'enabled'}}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
