"""AUD138: what a class falls back on, or is built with, only writes to the log or says that all is done."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.placeholders.response_only_logged import only_logs

__all__ = ["RULE"]

_ACTS = pattern(
    r"(?i)^(?:arm|disarm|sound|switch|point|move|set|send|deliver|notify|page|alert|publish|push|post|deploy|roll_?back|restore|backup|promote|fence|drain|scale|restart|rotate|revoke|charge|refund|pay|transfer|"
    r"cancel|reserve|dispatch|upload|sync|replicate|provision|apply|update|delete|remove|create|register|open|close|start|stop|trigger|escalate|migrate|failover|store|save|write|sign|verify)(?:_|$)"
)
_ASIDE = pattern(
    r"(?i)logger|logging_?(?:context|config|setup)|metric|trac(?:e|ing)|cache|progress|observer|listener|callback|hook|recorder|telemetry|stats|span|lock|limiter|format|console|print|handler|middleware|mock|fake|test|example|demo|ui\b|dry"
)
"""What may well do nothing by default: it watches or shows, and nothing depends on it."""
_REHEARSED = pattern(r"(?i)mock|fake|test|example|demo|dry")
_MAKERS = pattern(
    r"(?i)^_*(?:build|create|make|wire|main|setup|set_up|configure|get|provide|new|bootstrap|from|default)(?:_|$)|^__init__$"
)
_OPEN = frozenset({"Protocol", "ABC", "ABCMeta"})
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    hollow = _hollow(syntax)
    for view in syntax.functions if hollow else ():
        if view.is_test or _REHEARSED.search(view.qualified):
            continue
        for made in _handed_out(view):
            methods = hollow.get(last_name(made.func))
            if methods and (view.owner is None or view.owner.name != last_name(made.func)):
                message = f"{last_name(made.func)} is what {view.qualified} works with, and its {methods} does nothing but say so."
                yield Hit(source.path, made.lineno, made.end_lineno or made.lineno, message, view.qualified)


def _hollow(syntax: PythonSyntax) -> dict[str, str]:
    """The classes of a file that only talk, each with its first method, where no other class of the file does the same work."""
    nodes = [node for node, _ in syntax.classes]
    inherited = {last_name(base) for node in nodes for base in node.bases}
    known = {node.name for node in nodes} | {"object"} | _OPEN
    names = {node: _names(node) for node in nodes}
    talking = {node for node in nodes if _only_talks(node, syntax)}
    real = {names[node] for node in nodes if node not in talking and not _is_open(node)}
    told = {view.owner for view in syntax.functions if view.owner in talking and only_logs(view, syntax)}
    hollow = talking - told
    return {
        node.name: min(names[node])
        for node in nodes
        if node in hollow
        and node.name not in inherited
        and not _ASIDE.search(node.name)
        and not any(names[node] <= other for other in real)
        and all(last_name(base) in known for base in node.bases)  # others may ask for methods that do nothing
    }


def _methods(node: ast.ClassDef) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [one for one in node.body if isinstance(one, _Function) and not one.name.startswith("_")]


def _names(node: ast.ClassDef) -> frozenset[str]:
    return frozenset(one.name for one in _methods(node))


def _is_open(node: ast.ClassDef) -> bool:
    """Whether a class only says what others must have."""
    based = {last_name(base) for base in node.bases} | {last_name(one.value) for one in node.keywords}
    bodies = [one.body[-1] for one in _methods(node)]
    return bool(based & _OPEN) or (bool(bodies) and all(_is_left_open(one) for one in bodies))


def _is_left_open(statement: ast.stmt) -> bool:
    match statement:
        case ast.Raise():
            return True
        case ast.Expr(value=ast.Constant(value=said)):
            return said is ... or isinstance(said, str)
        case _:
            return False


def _only_talks(node: ast.ClassDef, syntax: PythonSyntax) -> bool:
    """Whether each method that others call logs, or says that an act upon something given is done, and does no more."""
    methods = _methods(node)
    if _is_open(node) or not methods or any(one.decorator_list for one in methods):
        return False
    if not any(_ACTS.search(one.name) and len(one.args.args) + len(one.args.kwonlyargs) > 1 for one in methods):
        return False
    return all(_is_idle(one, syntax) for one in methods)


def _is_idle(method: ast.FunctionDef | ast.AsyncFunctionDef, syntax: PythonSyntax) -> bool:
    body = method.body[1:] if ast.get_docstring(method) is not None else method.body
    rest = [one for one in body if not is_talk(one, syntax)]
    ends = len(rest) <= 1 and all(
        isinstance(one, ast.Return) and isinstance(one.value, ast.Constant) and one.value.value is True for one in rest
    )
    return ends and bool(body)


def _handed_out(view: FunctionView) -> Iterator[ast.Call]:
    """The objects that a function falls back on, keeps, or builds something with."""
    arguments = view.node.args
    defaults = [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]
    fallbacks = [one.values[-1] for one in view.of(ast.BoolOp) if isinstance(one.op, ast.Or)]
    chosen = [one.orelse for one in view.of(ast.IfExp)]
    kept = [one.value for one in view.of(ast.Assign, ast.Return) if _MAKERS.search(view.name)]
    given = [part for call in view.calls for part in (*call.args, *(one.value for one in call.keywords))]
    handed = given if _MAKERS.search(view.name) else []
    for one in (*defaults, *fallbacks, *chosen, *kept, *handed):
        if isinstance(one, ast.Call):
            yield one


RULE = Rule(
    id="AUD138",
    name="default-only-talks",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does what a program works with by default do the work?",
    why="`dns or LoggingDns()` lets every failover end well: the log says that the record points elsewhere, and the record has not moved.",
    limits=(
        "Judged are classes of the same file all of whose methods log or give True alone, one of them an act upon something given, where they are a default, are kept by a constructor or handed to what is built; "
        "loggers, metrics, caches and others that may do nothing are left alone, and so are classes beside which the file has another one with the same methods, and those of which AUD131 tells."
    ),
    fix="Give the class the work, or demand the real one from whoever builds the program.",
    since="0.6.0",
    effort=180,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a class of which another rule tells where it is written",
            files={
                "ops/cutover.py": (
                    "import logging\n\nlog = logging.getLogger(__name__)\n\n\nclass WrittenRecords:\n    def switch_record(self, name, target):\n        log.info('%s to %s', name, target)\n\n\n"
                    "class Cutover:\n    def __init__(self, records=None):\n        self.records = records or WrittenRecords()\n"
                )
            },
        ),
        Example(
            title="a record that only the log moves, and a horn that nobody hears",
            files={
                "ops/cutover.py": (
                    "import logging\nfrom typing import Protocol\n\nlog = logging.getLogger(__name__)\n\n\nclass Records(Protocol):\n    async def point(self, name, target): ...\n\n\n"
                    "class WrittenRecords:\n    async def point(self, name, target):\n        log.info('%s to %s', name, target)\n\n\n"
                    "class Horn:\n    def sound(self, area):\n        raise NotImplementedError\n\n\nclass StillHorn(Horn):\n    def sound(self, area):\n        return True\n\n\n"
                    "class Cutover:\n    def __init__(self, records=None):\n        self.records = records or WrittenRecords()\n\n\ndef build_station(site):\n    return Station(site, StillHorn())\n"
                )
            },
            found=("ops/cutover.py:28", "ops/cutover.py:32"),
        ),
        Example(
            title="a default beside which there is one that works, one that works, and a logger",
            files={
                "ops/cutover.py": (
                    "class WrittenRecords:\n    def point(self, name, target):\n        log.info('%s to %s', name, target)\n\n\nclass ZoneRecords:\n    def point(self, name, target):\n        self.client.change(name, target)\n\n\n"
                    "class StepLogger:\n    def start(self, name):\n        log.info(name)\n\n\n"
                    "class Cutover:\n    def __init__(self, records=None, steps=None):\n        self.records = records or WrittenRecords()\n        self.steps = steps or StepLogger()\n"
                )
            },
        ),
    ),
    check_file=_check,
)
