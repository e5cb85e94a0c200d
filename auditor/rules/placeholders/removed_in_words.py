"""AUD926: an operation that looks something up, says that it is done to it, and does nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.told_as_delivered import is_told_as_delivered
from auditor.rules.placeholders.noted_only import is_only_noted

__all__ = ["RULE", "removal_in_words"]

_DONE = {
    "delete": "deleted", "remove": "removed", "revoke": "revoked", "purge": "purged", "archive": "archived", "destroy": "destroyed", "drop": "dropped",
    "unregister": "unregistered", "deactivate": "deactivated", "disable": "disabled", "expire": "expired", "cancel": "cancelled", "terminate": "terminated",
    "replicate": "replicated", "publish": "published", "upload": "uploaded", "migrate": "migrated", "rotate": "rotated",
    "deploy": "deployed", "send": "sent", "promote": "promoted", "rollback": "rolled", "sync": "synced",
    "refund": "refunded", "charge": "charged", "approve": "approved", "reset": "reset", "evict": "evicted", "invalidate": "invalidated",
    "clear": "cleared", "unlock": "unlocked", "lock": "locked", "ban": "banned", "suspend": "suspended", "wipe": "wiped", "erase": "erased", "anonymize": "anonymized",
    "backup": "backed", "reindex": "reindexed", "register": "registered", "provision": "provisioned",
}  # fmt: skip
"""Verbs of operations, and the words by which they are told as done."""
_NEGATED = pattern(
    r"(?i)\b(?:not|never|cannot|could not|would|should|will|if|to be|skipp\w+|fail\w*|error|dry[ _-]?run|simulat\w*|already|was|must)\b"
)
_LOOKS = pattern(
    r"(?i)^_*(?:get|find|fetch|lookup|look_up|read|load|exists|has|is|in_stage|versions?|list|count|len|str|int|float|bool|isinstance|sorted|min|max|sum|any|all|format|join|strip|lower|upper|split|replace|removeprefix|removesuffix|startswith|endswith|isoformat|items|keys|values|first|one_or_none|time|monotonic|perf_counter|now|utcnow|round|settings|_settings|load_settings|Path|path|as_posix|repr|tuple|list|dict|set|next|range|enumerate|zip|timedelta|total_seconds|select|where|order_by|limit|filter|filter_by|join|scalar|scalars|scalar_one|scalar_one_or_none|query|one|session|begin|head_object|stat|from_orm|model_validate|to_dict|asdict|dict)(?:_|$)"
)
_MAKES = frozenset({"strip", "lower", "upper", "split", "replace", "removeprefix", "removesuffix", "join", "format", "sorted", "list", "tuple", "set", "dict", "filter"})  # fmt: skip
_HONEST = pattern(
    r"(?i)print|report|show|preview|dry_?run|simulat|mock|fake|demo|example|stub|plan|log|notify|describe|event|hook|(?:^|[._])on_|handler|callback|audit|command|parse|message"
)
_HTTP = frozenset({"get", "fetch"})
_CLIENTS = pattern(r"(?i)client|session|requests|httpx|http$|api$")
_DECORATED = pattern(r"abstract|overload|fixture|property|hook|receiver|listens_for|event")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        told = removal_in_words(view, syntax)
        if told is None or is_only_noted(view, syntax) or is_told_as_delivered(view, syntax):
            continue
        message = f"{view.name} says that it has {_claims(view)}, and has only looked."
        yield Hit(source.path, view.node.lineno, told.end_lineno or told.lineno, message, view.qualified)


def removal_in_words(view: FunctionView, syntax: PythonSyntax) -> ast.expr | None:
    """Where a function says that it has done what it is named for, and has only looked; None for others."""
    done = _claims(view)
    told = _told(view, done, syntax) if done else None
    return told if told is not None and _only_looks(view, syntax) else None


def _claims(view: FunctionView) -> str:
    """How it would be told that a function has done what it is named for; empty where it is named for nothing of that sort."""
    words = [one for one in words_of(view.name) if one not in ("async", "do", "run", "perform", "execute", "handle")]
    if view.is_test or not words or _HONEST.search(view.qualified) or (view.owner is not None and view.owner.bases):
        return ""
    if any(_DECORATED.search(ast.unparse(one)[:80]) for one in view.node.decorator_list):
        return ""
    return _DONE.get(words[0], "")


def _told(view: FunctionView, done: str, syntax: PythonSyntax) -> ast.expr | None:
    """The line at the end of a function that says so, or the answer that does (``{"status": "deleted"}``)."""
    last = view.body[-1] if view.body else None
    answer = last.value if isinstance(last, ast.Return) and isinstance(last.value, ast.Dict) else None
    if answer is not None and any(_says(key, value, done) for key, value in keyed(answer)):
        return answer
    for statement in view.body[-3:]:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and is_log_call(syntax.name_of(call.func)):
            said = strings_in(call)
            if done in words_of(said) and not _NEGATED.search(said):
                return call
    return None


def _says(key: str, value: ast.expr, done: str) -> bool:
    """``"status": "deleted"``, ``"deleted": True``."""
    if isinstance(value, ast.Constant) and value.value is True:
        return key == done
    return key in ("status", "state", "result", "outcome") and strings_in(value).strip().lower() == done


def _only_looks(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether nothing is set, deleted or handed over: every call talks, looks something up or makes a value."""
    if view.of(ast.Delete, ast.AugAssign, ast.Yield, ast.YieldFrom):
        return False
    if any(one.value is not None and _is_value(one.value, view) for one in view.returns):
        return False  # what it gives back is its work
    if any(not isinstance(target, ast.Name) for one in view.of(ast.Assign) for target in _targets(one)):
        return False
    return bool(view.calls) and all(_is_look(call, syntax) for call in view.calls)


def _is_value(value: ast.expr, view: FunctionView) -> bool:
    """Whether a text or list is given back that was made of another: ``text.strip()``, ``[row for row in rows if row]``."""
    kept = Bindings.of(view).only(value.id) if isinstance(value, ast.Name) else value
    made = isinstance(kept, ast.Call) and last_name(kept.func) in _MAKES
    return made or isinstance(kept, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)


def _targets(node: ast.Assign) -> list[ast.expr]:
    return [part for one in node.targets for part in (one.elts if isinstance(one, ast.Tuple) else [one])]


def _is_look(call: ast.Call, syntax: PythonSyntax) -> bool:
    name = last_name(call.func)
    if is_log_call(syntax.name_of(call.func)) or name[:1].isupper() or name.startswith(("make_", "_make")):
        return True
    if name in _HTTP and isinstance(call.func, ast.Attribute) and _CLIENTS.search(last_name(call.func.value)):
        return False
    return _LOOKS.search(name) is not None


RULE = Rule(
    id="AUD926",
    name="removed-in-words",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is everything done that a log line says is done?",
    why="`delete` that looks the version up, logs `deleted` and returns it leaves the row and the file where they are.",
    limits="Judged are functions named for an operation (delete, revoke, migrate, replicate ...) whose last lines log or answer it as done, and in which every call talks, looks something up or makes an object; anything set, awaited, made of what was given and given back, or handed to another function counts as work.",
    fix="Do it before saying so, or raise NotImplementedError.",
    since="0.9.0",
    effort=180,
    reads=frozenset({"python"}),
    check_file=_check,
    examples=(
        Example(
            title="deleted and migrated in words; of what is replicated in words speaks AUD293",
            files={
                "till/service.py": (
                    "class Registry:\n    def delete(self, name, version):\n        found = self.get(name, version)\n        if isinstance(found, Err):\n            return found\n        log.info('deleted %s v%d', name, version)\n        return found\n\n\n"
                    "def migrate(revision):\n    settings = _settings()\n    Database(make_engine(settings.url))\n    click.echo(f'schema migrated to {revision}')\n\n\n"
                    "class Bucket:\n    def replicate(self, ref, target):\n        uri = ref.uri.replace(self.name, target, 1)\n        log.info('replicated %s to %s', ref.uri, uri)\n        return Ref(uri, ref.size)\n"
                )
            },
            found=("till/service.py:10", "till/service.py:2"),
        ),
        Example(
            title="revoked in an answer, and deleted after a look into the table",
            files={
                "till/keys.py": (
                    "async def revoke_key(key_id: str, store):\n    key = await store.get(key_id)\n    if key is None:\n        raise Missing(key_id)\n    return {'id': key_id, 'status': 'revoked'}\n\n\n"
                    "class Rows:\n    def delete(self, name):\n        with self.db.session() as session:\n            row = session.scalar(select(Row).where(Row.name == name))\n        logger.info('deleted %s', row)\n        return row\n\n\n"
                    "async def revoke_all(store):\n    keys = await store.get('all')\n    await store.drop(keys)\n    return {'status': 'revoked'}\n"
                )
            },
            found=("till/keys.py:1", "till/keys.py:9"),
        ),
        Example(
            title="what is done, and what is told as not done",
            files={
                "till/service.py": (
                    "class Registry:\n    def delete(self, name):\n        found = self.get(name)\n        self.rows.pop(name)\n        log.info('deleted %s', name)\n        return found\n\n"
                    "    def revoke(self, name):\n        found = self.get(name)\n        found.active = False\n        log.info('revoked %s', name)\n\n"
                    "    def purge(self, name):\n        found = self.get(name)\n        log.info('nothing would be purged of %s', found)\n\n\n"
                    "def migrate(revision):\n    upgrade(revision)\n    print('migrated')\n"
                )
            },
        ),
        Example(
            title="texts and lists that are made of others",
            files={
                "shop/rows.py": "def remove_duplicates(rows):\n    kept = list(set(rows))\n    log.info('removed %d', len(rows) - len(kept))\n    return kept\n\n\ndef clear_text(text):\n    new = text.strip()\n    log.debug('cleared')\n    return new\n\n\ndef drop_empty(rows):\n    kept = [one for one in rows if len(one)]\n    log.info('dropped %d', len(rows) - len(kept))\n    return kept\n",
            },
        ),
    ),
)
