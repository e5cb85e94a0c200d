"""AUD838: a report passes as long as nothing failed, and what could not be checked has not failed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.good_names import is_good_word
from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import covers_outages, handlers, is_broad
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERDICTS = pattern(
    r"(?i)^_*(?:is_|all_|overall_|has_|any_|check_)*(?:passed|pass|success|successful|succeeded|healthy|ok|ready|valid|compliant|passing|green|failing|failed|failures?|go|can_deploy|approved|readiness|verdict)(?:_\w+)?$"
)
_FAILED = pattern(r"(?i)^(?:fail(?:ed|ure|ing)?|error|critical|unhealthy|not_ready|rejected|violated)$")
_UNDECIDED = pattern(
    r"(?i)^(?:skip(?:ped)?|unknown|not_(?:run|checked|tested|available|applicable|evaluated|measured)|no_data|unavailable|inconclusive|pending|undetermined|missing)$"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    yield from _in_words(source, syntax)
    undecided = _undecided(syntax)
    lenient = [(view, node) for view in syntax.functions if undecided for node in _only_failures(view, undecided)]
    if not lenient:
        return
    for view, node in lenient:
        message = f"{view.name} asks only what has failed: {', '.join(sorted(undecided))[:60]} counts as passed."
        yield Hit(source.path, view.node.lineno, node.end_lineno or node.lineno, message, view.qualified)
    for view in syntax.functions:
        for _, handler in handlers(view):
            last = handler.body[-1]
            if is_broad(handler, syntax) and isinstance(last, ast.Return) and _is_member(last.value, undecided):
                message = f"{view.name} answers an error with a status that fails nothing: the check that cannot be made has passed."
                yield Hit(source.path, last.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _in_words(source: Source, syntax: PythonSyntax) -> Iterator[Hit]:
    """``except TransportError: return "skipped", "no answer"``, in a program that only asks what has ``"failed"``."""
    asked = _asked_words(syntax)
    if not any(_FAILED.match(one) for one in asked) or any(map(is_good_word, asked)):
        return
    for view in () if any(map(_UNDECIDED.match, asked)) else syntax.functions:
        fails = any(_FAILED.match(word) for one in view.returns for word in _words(one.value))
        for _, handler in handlers(view) if fails and not view.is_test else ():
            if not covers_outages(handler, syntax):
                continue
            for given in own_nodes(handler.body):
                word = _word(given.value) if isinstance(given, ast.Return) else ""
                if isinstance(given, ast.Return) and _UNDECIDED.match(word):
                    message = (
                        f"{view.name} answers an error with {word}, and the program fails only on what has failed."
                    )
                    yield Hit(source.path, given.lineno, given.end_lineno or given.lineno, message, view.qualified)


def _word(value: ast.expr | None) -> str:
    """The word that an answer is, or begins with."""
    first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _words(value: ast.expr | None) -> Iterator[str]:
    """All the words of an answer."""
    for one in own_nodes([value]) if value is not None else ():
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _asked_words(syntax: PythonSyntax) -> set[str]:
    """The words that a file compares something with."""
    return {
        one.value
        for test in nodes_of(syntax.tree, ast.Compare)
        for part in (test.left, *test.comparators)
        for one in own_nodes([part])
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def _undecided(syntax: PythonSyntax) -> frozenset[str]:
    """The members of enumerations of outcomes that are neither passed nor failed; of those only that can fail."""
    found: set[str] = set()
    for node, _ in syntax.classes:
        if any("Enum" in ast.unparse(base) for base in node.bases):
            members = [
                one.targets[0].id
                for one in node.body
                if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
            ]
            if any(_FAILED.match(one) for one in members):
                found.update(one for one in members if _UNDECIDED.match(one))
    return frozenset(found)


def _only_failures(view: FunctionView, undecided: frozenset[str]) -> Iterator[ast.Return]:
    """``return not any(one.status == Status.FAILED for one in self.checks)``, which never asks for what is undecided."""
    if view.is_test or not _VERDICTS.match(view.name) or len(view.returns) != 1:
        return
    if any(isinstance(one, ast.Attribute) and one.attr in undecided for one in view.nodes):
        return
    given = view.returns[0]
    for node in subtree(given):
        match node:
            case ast.Call(
                func=ast.Name(id="any"),
                args=[
                    ast.GeneratorExp(elt=ast.Compare(ops=[ast.Eq() | ast.Is()], comparators=[ast.Attribute(attr=name)]))
                ],
            ):
                negated = isinstance(given.value, ast.UnaryOp) or "fail" in view.name.lower()
                if _FAILED.match(name) and negated:
                    yield given
            case ast.Call(
                func=ast.Name(id="all"),
                args=[
                    ast.GeneratorExp(
                        elt=ast.Compare(ops=[ast.NotEq() | ast.IsNot()], comparators=[ast.Attribute(attr=name)])
                    )
                ],
            ):
                if _FAILED.match(name):
                    yield given
            case _:
                continue


def _is_member(value: ast.expr | None, undecided: frozenset[str]) -> bool:
    """Whether a result is given one of these as its status."""
    return isinstance(value, ast.Call) and any(
        isinstance(one, ast.Attribute) and one.attr in undecided and last_name(one.value)[:1].isupper()
        for one in own_nodes([value])
    )


RULE = Rule(
    id="AUD838",
    name="skipped-counts-as-passed",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a report that could not check something say that it has not passed?",
    why="Every probe that cannot reach the service is 'skipped', nothing has 'failed', and the release report of a service that is down says passed.",
    limits=(
        "Judged are files whose outcomes have a member for what is skipped or unknown beside one for failures, with a verdict that only asks whether any has failed; "
        "there, answers to any exception with such a member are found as well."
    ),
    fix="Ask that all have passed, or count what is skipped or unknown as failed unless somebody allowed it.",
    since="0.5.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("enum", "except"),
    examples=(
        Example(
            title="a smoke run that skips what does not answer, and one that counts that",
            files={
                "smoke.py": (
                    "def ask(client, path):\n    try:\n        answer = client.get(path)\n    except TransportError as error:\n        return 'skipped', str(error)\n    return ('failed' if answer.status_code > 399 else 'fine'), ''\n\n\n"
                    "def main(client, paths):\n    failed = sum(ask(client, one)[0] == 'failed' for one in paths)\n    return 1 if failed else 0\n"
                ),
                "steady.py": (
                    "def ask(client, path):\n    try:\n        answer = client.get(path)\n    except TransportError as error:\n        return 'skipped', str(error)\n    return ('failed' if answer.status_code > 399 else 'fine'), ''\n\n\n"
                    "def main(client, paths):\n    failed = sum(ask(client, one)[0] in ('failed', 'skipped') for one in paths)\n    return 1 if failed else 0\n"
                ),
            },
            found=("smoke.py:5",),
        ),
        Example(
            title="a report that passes with nothing checked",
            files={
                "release/report.py": (
                    "from enum import Enum\n"
                    "\n"
                    "\n"
                    "class Outcome(Enum):\n"
                    "    PASSED = 1\n"
                    "    FAILED = 2\n"
                    "    SKIPPED = 3\n"
                    "\n"
                    "\n"
                    "class Report:\n"
                    "    @property\n"
                    "    def passed(self):\n"
                    "        return not any(one.outcome == Outcome.FAILED for one in self.probes)\n"
                    "\n"
                    "\n"
                    "def probe_tls(host):\n"
                    "    try:\n"
                    "        connect(host)\n"
                    "    except Exception as error:\n"
                    "        return Probe(name='tls', outcome=Outcome.SKIPPED, why=str(error))\n"
                    "    return Probe(name='tls', outcome=Outcome.PASSED)\n"
                ),
            },
            found=("release/report.py:12", "release/report.py:20"),
        ),
        Example(
            title="all have to pass",
            files={
                "release/report.py": (
                    "from enum import Enum\n"
                    "\n"
                    "\n"
                    "class Outcome(Enum):\n"
                    "    PASSED = 1\n"
                    "    FAILED = 2\n"
                    "    SKIPPED = 3\n"
                    "\n"
                    "\n"
                    "class Report:\n"
                    "    @property\n"
                    "    def passed(self):\n"
                    "        return all(one.outcome == Outcome.PASSED for one in self.probes)\n"
                    "\n"
                    "\n"
                    "def probe_tls(host):\n"
                    "    try:\n"
                    "        connect(host)\n"
                    "    except Exception as error:\n"
                    "        return Probe(name='tls', outcome=Outcome.SKIPPED, why=str(error))\n"
                    "    return Probe(name='tls', outcome=Outcome.PASSED)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
