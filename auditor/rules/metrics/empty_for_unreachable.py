"""AUD292: what could not be read is given as empty, as if there were nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import covers_outages, is_quiet
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GIVERS = frozenset({"get", "collect", "fetch", "read", "export", "gather", "query", "load", "snapshot", "dump"})
_OF_STATE = pattern(
    r"(?i)(?:^|_)(?:metrics|stats|statistics|state|status|health|snapshot|usage|kpis|telemetry|alerts|incidents|violations|positions|portfolio|balances?|ledger|inventory|risk_\w+|parameters|measurements|series|samples|findings|vulnerabilities|advisories|failures|anomalies|breaches|outages)$"
)
_HONEST = pattern(
    r"(?i)cache|optional|try_|_or_none|or_empty|or_default|default|maybe|best_effort|safe|fallback|config|settings"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or _HONEST.search(view.qualified) or not _gives_state(view.name):
            continue
        for line, last in _emptied(view, syntax):
            message = (
                f"{view.name} gives nothing where it could not read: nobody can tell that from nothing being there."
            )
            yield Hit(source.path, line, last, message, view.qualified)


def _gives_state(name: str) -> bool:
    first, *rest = words_of(name) or ("",)
    return first in _GIVERS and _OF_STATE.search("_".join(rest)) is not None


def _emptied(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[int, int]]:
    """Handlers of a function's one block that give something empty, or let the empty result after it pass."""
    attempt = next((one for one in view.body if isinstance(one, ast.Try)), None)
    if attempt is None or not _asks(attempt):
        return
    after = view.body[view.body.index(attempt) + 1 :]
    for handler in attempt.handlers:
        *said, last = handler.body
        if not covers_outages(handler, syntax) or not is_quiet(said, syntax):
            continue
        if isinstance(last, ast.Return) and _is_empty(last.value):
            yield handler.lineno, last.end_lineno or last.lineno
        elif (
            is_quiet([last], syntax)
            and len(after) == 1
            and isinstance(after[0], ast.Return)
            and _is_empty(after[0].value)
        ):
            yield handler.lineno, after[0].lineno


def _asks(attempt: ast.Try) -> bool:
    """Whether a block awaits, opens or calls more than a method of a table."""
    nodes = own_nodes(attempt.body)
    if any(isinstance(one, ast.Await | ast.With | ast.AsyncWith) for one in nodes):
        return True
    return any(
        isinstance(one, ast.Call)
        and last_name(one.func) not in ("get", "len", "dict", "list", "str", "items", "float", "int")
        for one in nodes
    )


def _is_empty(value: ast.expr | None) -> bool:
    match value:
        case ast.Dict(keys=[]) | ast.List(elts=[]) | ast.Constant(value=""):
            return True
        case ast.Call(func=ast.Name(id="dict" | "list"), args=[], keywords=[]):
            return True
        case _:
            return False


RULE = Rule(
    id="AUD292",
    name="empty-for-unreachable",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can a state that could not be read be told from an empty one?",
    why="No alerts, no positions, no violations: that is what a monitor shows that cannot reach what it watches, and what a backup saves.",
    limits="Judged are functions named for giving a state, metrics or alerts whose one block catches outages and gives an empty table, list or text.",
    fix="Let the failure through, or give None and have callers decide.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("except",),
    examples=(
        Example(
            title="states that are empty where nobody answers",
            files={
                "vault.py": (
                    "class Vault:\n"
                    "    async def _get_ledger_state(self):\n"
                    "        try:\n"
                    "            async with self.session.get(self.url) as answer:\n"
                    "                return await answer.json()\n"
                    "        except Exception as error:\n"
                    '            log.warning("no state: %s", error)\n'
                    "        return {}\n"
                    "\n"
                    "    def _collect_findings(self):\n"
                    "        try:\n"
                    "            return json.loads(self.report.read_text())\n"
                    "        except (OSError, ValueError):\n"
                    "            return []\n"
                    "\n"
                    "    def export_metrics(self):\n"
                    "        try:\n"
                    "            return render(self.registry)\n"
                    "        except Exception as error:\n"
                    "            log.error(error)\n"
                    '            return ""\n'
                ),
            },
            found=("vault.py:13", "vault.py:19", "vault.py:6"),
        ),
        Example(
            title="a failure that is let through, and a cache",
            files={
                "vault.py": (
                    "class Vault:\n"
                    "    async def get_ledger_state(self):\n"
                    "        try:\n"
                    "            return await self.client.state()\n"
                    "        except Exception as error:\n"
                    '            log.warning("no state: %s", error)\n'
                    "            raise\n"
                    "\n"
                    "    def get_cached_state(self):\n"
                    "        try:\n"
                    "            return read(self.path)\n"
                    "        except OSError:\n"
                    "            return {}\n"
                    "\n"
                    "    def get_names(self):\n"
                    "        try:\n"
                    "            return read(self.path)\n"
                    "        except OSError:\n"
                    "            return []\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
