"""AUD861: who has not reported counts as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.literal_verdicts import is_settings_name
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HEALTH = pattern(
    r"(?:^| )(?:health|prob(?:e|es|er|ing)\b|read(?:y|iness)\b|liveness|diagnos|monitor|heartbeat|watch|verif|check(?:s|er|ers|ing|ed)?\b|gates?\b)"
)
_STATES = pattern(r"(?i)state|status|health|verdict|outcome|level|result|condition|phase|grade")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or not _HEALTH.search(" ".join(words_of(f"{source.path} {view.qualified}"))):
            continue
        for call, word in _presumed(view):
            message = f"{view.name} takes who has not reported for {word}."
            yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _presumed(view: FunctionView) -> Iterator[tuple[ast.Call, str]]:
    """``self.peers.get(peer, State.HEALTHY)``."""
    for call in view.calls:
        match call:
            case ast.Call(
                func=ast.Attribute(value=held, attr="get"), args=[_, ast.Attribute(attr=word, value=ast.Name(id=owner))]
            ) if _STATES.search(owner) and owner[:1].isupper() and not is_settings_name(last_name(held)):
                if verdict_of_word(word) is Verdict.SUCCESS and not last_name(held).isupper():
                    yield call, word
            case _:
                continue


RULE = Rule(
    id="AUD861",
    name="silence-as-health",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is who has not reported told apart from who is well?",
    why="`peers.get(name, State.HEALTHY)` of a table that nobody fills makes every peer healthy for ever.",
    limits="Judged are look-ups in code that checks or watches, whose default is the good member of an enumeration of states; settings are left alone.",
    fix="Take who has not reported for unknown, and let unknown fail.",
    since="0.8.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=(".get(",),
    examples=(
        Example(
            title="who has not reported is well",
            files={
                "peers.py": "class PeerMonitor:\n    def state_of(self, peer):\n        return self.seen.get(peer, PeerState.HEALTHY)\n"
            },
            found=("peers.py:3",),
        ),
        Example(
            title="unknown, and a colour",
            files={
                "peers.py": "class PeerMonitor:\n    def state_of(self, peer):\n        return self.seen.get(peer, PeerState.UNKNOWN)\n\n    def colour_of(self, peer):\n        return self.colours.get(peer, Colour.OK)\n\n    def told(self, word):\n        return _HEALTH_OF.get(word, Status.OK)\n",
                "gateway.py": "class Aggregate:\n    def order(self, key):\n        return self.orders.get(key, OrderStatus.OK)\n",
            },
        ),
    ),
    check_file=_check,
)
