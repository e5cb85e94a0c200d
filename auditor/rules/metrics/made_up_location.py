"""AUD827: a backup or export returns the place of something that it never wrote."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.claims import words_of
from auditor.facts.double_words import PLAIN_CLASSES
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import effect_of_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WRITES = frozenset({
    "backup", "snapshot", "export", "upload", "archive", "dump", "save", "store", "publish", "persist", "replicate", "push", "record", "render", "checkpoint", "capture",
    "download", "package", "create", "generate", "write", "take", "do", "perform", "run", "make",
})  # fmt: skip
_THINGS = frozenset({
    "backup", "snapshot", "export", "upload", "archive", "dump", "checkpoint", "report", "image", "artifact", "bundle", "package", "recording", "copy", "backups", "snapshots",
})  # fmt: skip
_ONLY_NAMES = frozenset({
    "path", "url", "uri", "name", "key", "dir", "directory", "location", "prefix", "id", "link", "filename", "file", "pattern", "template", "command", "cmd", "query",
    "default", "mock", "fake", "sample", "example", "demo", "test", "title", "message", "header", "tag", "ref", "endpoint", "folder", "root", "extension", "format", "text", "string",
})  # fmt: skip
_GENERIC = frozenset({"create", "generate", "write", "take", "do", "perform", "run", "make"})
_PLACE_KEYS = pattern(
    r"(?i)(?:^|_)(?:path|url|uri|location|file|archive|key|destination|snapshot|backup|artifact|s3|bucket|snapshot_id|backup_id|checkpoint|image)(?:_id)?$"
)
_PLACE = pattern(
    r"(?i)^(?:[a-z][a-z0-9+.\-]{1,9}://|/|\./|~/|[\w.\-]+/)\S*|\.(?:tar|gz|tgz|zip|sql|dump|bak|json|csv|pdf|html|parquet|db|rdb|pt|pth|pkl|onnx|log)$|^(?:snap|backup|bkp|ami|vol|arn:)[-_:]"
)
_MARKED = pattern(r"abstract|property|overload|override|route|\.(?:get|post|put)\b|fixture|cached")
_DEALS = pattern(
    r"(?i)^(?:async_)?(?:reserve|book|submit|charge|pay|order|dispatch|issue|transfer|refund|file|lodge|notari[sz]e|anchor|place|purchase|settle|send|deliver|register|page|request|announce)(?:_\w+)?$"
)
_NAMES = frozenset({
    "id", "ids", "key", "number", "name", "reference", "ref", "token", "tag", "code", "label", "uuid", "identifier", "nonce",
})  # fmt: skip
_PARTIES = pattern(
    r"Client|Gateway|Adapter|Provider|Connector|Partner|Exchange|Carrier|Broker|Bank|Processor|Pager|Authority|Channel|Link$|Api$|API$"
)
_CLIENT = pattern(r"(?i)\b(?:client|gateway|adapter|connector|link|interface|channel) (?:of|to|for|at|with)\b")
_STANDS_IN = pattern(f"{PLAIN_CLASSES}|Local|Simulat|Sandbox|Static")
_PREFIX = pattern(r"^[A-Za-z]{2,12}[-_:#]$")
_RESULT_ONLY = (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr, ast.Pass)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        deals = _deals(view)
        if view.is_test or not (_writes(view) or deals) or not all(isinstance(one, _RESULT_ONLY) for one in view.body):
            continue
        if len(view.returns) != 1 or any(_MARKED.search(ast.unparse(one)[:80]) for one in view.node.decorator_list):
            continue
        if deals and _is_reference(view.returns[0].value) and all(_is_quiet(call, syntax) for call in view.calls):
            message = f"{view.name} gives a reference of its own making, and has asked nobody for one."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)
            continue
        place = _place(view.returns[0].value, Bindings.of(view), 0) if not deals else ""
        if place and all(_is_quiet(call, syntax) for call in view.calls):
            message = f"{view.name} returns the place {place!r}, and has put nothing there."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _deals(view: FunctionView) -> bool:
    """Whether a method of a client of others is named for a deal with them."""
    owner = view.owner
    if owner is None or not _DEALS.match(view.name) or _STANDS_IN.search(owner.name):
        return False
    if words_of(view.name)[-1] in _NAMES:
        return False  # a name for a deal is made where the deal is
    return _PARTIES.search(owner.name) is not None or _is_client(owner)


@lru_cache(maxsize=8)
def _is_client(owner: ast.ClassDef) -> bool:
    """Whether the first line that a class says of itself calls it the client of somebody."""
    said = (ast.get_docstring(owner, clean=False) or "").lstrip().partition("\n")[0]
    return _CLIENT.search(said) is not None


def _is_reference(value: ast.expr | None) -> bool:
    """``f"PN-{moment:%Y%m%d}"``, ``uuid4().hex``, ``str(uuid4())``."""
    match value:
        case ast.JoinedStr(values=[ast.Constant(value=str() as start), ast.FormattedValue(), *rest]):
            return _PREFIX.match(start) is not None and not any(
                isinstance(one, ast.Constant) and " " in str(one.value) for one in rest
            )
        case ast.Call(func=ast.Name(id="str"), args=[inner]) | ast.Attribute(value=inner, attr="hex"):
            return isinstance(inner, ast.Call) and last_name(inner.func) in ("uuid4", "uuid1", "uuid7")
        case _:
            return False


def _writes(view: FunctionView) -> bool:
    """Whether a function is named for making a copy or a file, and not for naming one."""
    words = words_of(view.name)
    while words and words[0] == "async":
        words = words[1:]
    if not words or words[0] not in _WRITES or not _ONLY_NAMES.isdisjoint(words):
        return False
    return words[0] not in _GENERIC or not _THINGS.isdisjoint(words)


def _place(value: ast.expr | None, bindings: Bindings, depth: int) -> str:
    """The place that an expression spells out; empty for others."""
    match value:
        case ast.Constant(value=str() as text):
            return text[:60] if _PLACE.search(text) else ""
        case ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]):
            return strings_in(value)[:60] if _PLACE.search(text) or _PLACE.search(strings_in(value)) else ""
        case ast.Name(id=name) if depth < 2:  # noqa: PLR2004 - by one name
            found = bindings.only(name) if name not in bindings.touched else None
            return _place(found, bindings, depth + 1)
        case ast.Dict():
            for key, one in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and _PLACE_KEYS.search(key.value):
                    found_place = _place(one, bindings, depth + 1)
                    if found_place:
                        return found_place
            return ""
        case _:
            return ""


def _is_quiet(call: ast.Call, syntax: PythonSyntax) -> bool:
    effect = effect_of_call(syntax.name_of(call.func), call)
    if effect is None:
        return True
    in_time = isinstance(call.func, ast.Attribute) and call.func.attr in (
        "isoformat",
        "strftime",
        "timestamp",
        "hexdigest",
        "format",
    )
    return in_time or not effect.is_real


RULE = Rule(
    id="AUD827",
    name="made-up-location",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is there something at the place that a backup or an export returns?",
    why="A manifest full of addresses of archives that were never written looks like a year of backups until the first restore.",
    limits=(
        "Judged are functions named for a backup, snapshot, export, upload or the like whose one return is an address, path or file name that they spell out themselves, "
        "and that call nothing but clocks, logs and text functions; those named for the path alone are left alone. So are methods of clients of others "
        "that are named for a deal with them, and whose one return is a reference of their own making."
    ),
    fix="Write the copy, check that it is there, and return where; or raise NotImplementedError.",
    since="0.5.0",
    effort=240,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=(
        "backup",
        "snapshot",
        "export",
        "upload",
        "archive",
        "dump",
        "save",
        "store",
        "publish",
        "persist",
        "checkpoint",
        "package",
        "report",
        "image",
        "artifact",
        "bundle",
        "recording",
        "copy",
        "replicate",
        "push",
        "record",
        "render",
        "capture",
        "download",
        "client",
        "gateway",
        "adapter",
        "provider",
        "connector",
        "partner",
        "exchange",
        "carrier",
        "broker",
        "bank",
        "processor",
        "pager",
        "authority",
        "channel",
        "link",
        "api",
        "interface",
    ),
    examples=(
        Example(
            title="copies that are nowhere",
            files={
                "dr/copies.py": (
                    "class Copies:\n"
                    "    async def _backup_ledger(self):\n"
                    "        # dump the ledger and send it\n"
                    "        return {'path': 's3://copies/ledger/latest'}\n"
                    "\n"
                    "    def create_snapshot(self, volume):\n"
                    "        log.info('snapshot of %s', volume)\n"
                    "        snapshot_id = f'snap-{volume}'\n"
                    "        return snapshot_id\n"
                    "\n"
                    "    def export_orders(self):\n"
                    "        return '/exports/orders.csv'\n"
                ),
            },
            found=("dr/copies.py:11", "dr/copies.py:2", "dr/copies.py:6"),
        ),
        Example(
            title="a berth that nobody has reserved, and one that was asked for",
            files={
                "ports/berths.py": (
                    'from uuid import uuid4\n\n\nclass NorthPort:\n    """REST client of the northern port."""\n\n    async def reserve(self, ship):\n        return f"NP-{ship.arrives:%Y%m%d%H}"\n\n    async def submit_claim(self, ship):\n        return str(uuid4())\n\n\n'
                    'class SouthClient:\n    async def reserve(self, ship):\n        answer = await self.session.post("/berths", json=ship.row())\n        return answer["reference"]\n\n    def order_key(self, ship):\n        return f"{ship.name}-{ship.number}"\n\n    def request_id(self):\n        return uuid4().hex\n\n    def order_number(self, ship):\n        return f"SN-{ship.number}"\n'
                )
            },
            found=("ports/berths.py:10", "ports/berths.py:7"),
        ),
        Example(
            title="copies that are made, and names of places",
            files={
                "dr/copies.py": (
                    "def backup_ledger(ledger):\n"
                    "    ledger.dump('/copies/ledger.sql')\n"
                    "    return '/copies/ledger.sql'\n"
                    "\n"
                    "\n"
                    "def backup_path(name):\n"
                    "    return f'/copies/{name}.tar'\n"
                    "\n"
                    "\n"
                    "def save_mode():\n"
                    "    return 'append'\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
