"""AUD808: something counts as working because it is there, set or configured."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, words_of
from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import is_asked, is_registered
from auditor.facts.python_grounds import Ground, conditions_given, grounds_of
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_THIN = frozenset({Ground.PRESENCE, Ground.SETTING, Ground.FILE})
_WORKS = pattern(
    r"(?i)prob(?:e|er)(?:_|$)|indicator|heartbeat|reach|connect|alive|health|ready|readiness|live|respon|serv|ping|online|restor|recover|intact|integrity|verif|consisten|"
    r"database|postgres|mysql|sqlite|redis|cache|broker|queue|kafka|rabbit|amqp|storage|bucket|s3|search|elastic|api|gateway|payment|mail|smtp|sms|"
    r"backup|snapshot|replica|migration|schema|signature|signed|licen[cs]e|certificate|tls|model|worker|cluster|node|peer|upstream|downstream|provider|"
    r"webhook|slack|pager|vault|ldap|dns|registry|monitor|alert|metric"
)
_ONLY_THERE = pattern(
    r"(?i)file|path|exist|(?:^|_)data(?:_|$)|screenshot|thumbnail|config|environ|(?:^|_)env(?:_|$)|setting|variable|key|present|install|director|folder|required|argument|option|param|input|type|"
    r"depend|import|enabled|provided|(?:^|_)set(?:_|$)|initiali[sz]ed|loaded|defined|permission|allowed|supports?|exclu|filter|match|credential|secret|token|password|"
    r"owner|member|user|role|name|started|attached|assigned|selected|active"
)
_SERVES = pattern(r"(?i)^is_(?:serving|running|open|accepting)$")
_ENDS = pattern(r"(?i)clos|stop|shut|terminat|exit")
_CLASS = pattern(f"{PLAIN_CLASSES}|Default|Always|Config|Settings")
_HOOK = pattern(r"abstract|property|overload|override|fixture")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        place = _good_return(view) if _promises(view, syntax) else None
        grounds = grounds_of(view, syntax) if place is not None else frozenset()
        looks = grounds - {Ground.FORM} if Ground.SETTING in grounds else grounds
        if place is not None and looks and looks <= _THIN and not _is_own_state(view, place):
            message = f"{view.name} takes it for working that something is there ({', '.join(sorted(grounds))}), and asks nobody."
            yield Hit(source.path, place.lineno, place.end_lineno or place.lineno, message, view.qualified)


def _is_own_state(view: FunctionView, place: ast.Return) -> bool:
    """Whether a server says of itself whether it has been closed: ``return not self.closing``."""
    match place.value:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Attribute(value=ast.Name(id="self"), attr=name)):
            return _SERVES.search(view.name) is not None and _ENDS.search(name) is not None
        case _:
            return False


def _promises(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether the name of a function, or that of its class, promises more than that something is there."""
    owner = view.owner.name if view.owner else ""
    if (
        view.is_test
        or _CLASS.search(owner)
        or any(_HOOK.search(ast.unparse(one)[:80]) for one in view.node.decorator_list)
    ):
        return False
    asked = is_asked(view)
    if not asked and Claim.CHECK not in claims_of(view.name) and not is_registered(view, syntax):
        return False
    named = "_".join(words_of(f"{owner if asked else ''} {view.name}"))
    return _WORKS.search(named) is not None and _ONLY_THERE.search(named) is None


def _good_return(view: FunctionView) -> ast.Return | None:
    """Where a function says that all is well, or hands on the condition that it looked at."""
    bindings = Bindings.of(view)
    chosen = any(
        verdict_of(part, bindings) is Verdict.SUCCESS for one in view.of(ast.IfExp) for part in (one.body, one.orelse)
    )
    for one in reversed(view.returns):
        if verdict_of(one.value, bindings) is Verdict.SUCCESS or any(conditions_given(one.value)):
            return one
    return view.returns[-1] if chosen and view.returns else None


RULE = Rule(
    id="AUD808",
    name="existence-taken-for-working",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every check of a service or a copy ask it, rather than look whether there is one?",
    why="A pool that was made, an address that is set and a folder that is there say nothing about the database behind them: the check is green while it is down.",
    limits=(
        "Judged are functions whose name or class promises a check of something that runs or was kept, and that look at nothing but attributes, settings and the presence of files. "
        "Names that speak of settings, files or arguments are left alone, as is every function with a call that is not followed."
    ),
    fix="Ask what is behind it: a query, a request, a restore; or name the check for what it looks at.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a server that was closed, and a store that was made",
            files={
                "server.py": (
                    "class Server:\n    closing = False\n\n    def is_serving(self) -> bool:\n        return not self.closing\n\n\n"
                    "class StoreProbe:\n    def is_database_healthy(self) -> bool:\n        return self.pool is not None\n"
                )
            },
            found=("server.py:10",),
        ),
        Example(
            title="an object, a setting and a folder in the place of an answer",
            files={
                "ops/probes.py": (
                    "import os\nfrom pathlib import Path\n\n\n"
                    "class LedgerProbe:\n    async def __call__(self):\n        if self._pool is None:\n            return Outcome.red('ledger')\n        return Outcome.healthy('ledger')\n\n\n"
                    "async def verify_database():\n    return bool(os.environ.get('DATABASE_URL'))\n\n\n"
                    "def verify_backup(name):\n    return Path('/srv/copies').is_dir()\n\n\n"
                    "class BrokerCheck:\n    def run(self):\n        state = State.UP if self._broker else State.DOWN\n        return Outcome('broker', state)\n"
                )
            },
            found=("ops/probes.py:13", "ops/probes.py:17", "ops/probes.py:23", "ops/probes.py:9"),
        ),
        Example(
            title="who asks, and who only says that something is set",
            files={
                "ops/probes.py": (
                    "import os\nfrom pathlib import Path\n\n\n"
                    "class LedgerProbe:\n    async def __call__(self):\n        if self._pool is None:\n            return Outcome.red('ledger')\n        await self._pool.fetch('select 1')\n        return Outcome.healthy('ledger')\n\n\n"
                    "def check_database_configured():\n    return bool(os.environ.get('DATABASE_URL'))\n\n\n"
                    "def check_backup_path(name):\n    return Path('/srv/copies').is_dir()\n\n\n"
                    "def selector_data_is_ready(name):\n    return Path(name).is_file()\n\n\n"
                    "def verify_replica(state):\n    return state.lag < 5\n"
                )
            },
        ),
    ),
    check_file=_check,
)
