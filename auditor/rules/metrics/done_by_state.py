"""AUD865: an operation is noted as done, and the note is all that it did."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.ended_states import is_ended, is_state_field, state_word
from auditor.facts.pattern import pattern
from auditor.facts.python_inside import stays_inside
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_records import is_record
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ENDS_RUN = pattern(
    r"(?i)^_*(?:cancel|abort|terminate|kill|stop|pause)_(?:\w+_)?(?:test|tests|job|jobs|run|deployment|rollout|workflow|experiment|pipeline|backup|restore|migration|scan|training|execution|process|instance|container|benchmark)$"
)
_PLAIN = pattern(
    r"(?i:Base|Abstract|Interface|Mixin|Protocol|Null|Dummy|Fake|Mock|Stub|InMemory|Model|Entity|Aggregate|Event|Record|Schema|Dto|Simulat|Sandbox|Order|Booking|Subscription|Ticket|Account|Invoice|Cart)"
)
_RESTS = pattern(
    r"(?i)plan|request|should|can_|needed|simulat|dry|mock|fake|mark|set_|_state|_status|schedule|queue|callback|handler|(?:^|_)on_"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _operates(view):
            continue
        noted = _noted(view)
        if noted is not None and stays_inside(view, syntax):
            message = f"{view.name} sets {ast.unparse(noted.targets[0])[:50]} to {state_word(noted.value)}, and that is all that it does."
            yield Hit(source.path, noted.lineno, noted.end_lineno or noted.lineno, message, view.qualified)


def _operates(view: FunctionView) -> bool:
    """Whether a method is named for ending what runs, or, of a class that is declared by its fields, for changing it; AUD117 judges other classes."""
    owner = view.owner
    if (
        owner is None
        or view.node.decorator_list
        or _RESTS.search(view.name)
        or _PLAIN.search(owner.name)
        or owner.bases
    ):
        return False
    return _ENDS_RUN.search(view.name) is not None or (is_record(owner) and Claim.ACT in claims_of(view.name))


def _noted(view: FunctionView) -> ast.Assign | None:
    """``record.status = "completed"``, ``run.state = State.CANCELLED``: of a record of the operation, not of the object itself."""
    for one in view.of(ast.Assign):
        target = one.targets[0]
        held = target.value if isinstance(target, ast.Attribute | ast.Subscript) else None
        if held is None or last_name(held) == "self" or not is_state_field(stored_name(target)):
            continue
        if is_ended(state_word(one.value)):
            return one
    return None


RULE = Rule(
    id="AUD865",
    name="done-by-state",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is an operation noted as done only after it did something?",
    why="A rollback that writes 'completed' into its record, and moves no traffic, ends the incident in the log only.",
    limits="Judged are methods named for ending a run or, in classes that are declared by their fields, for changing what runs, which set the state of a record to an end and reach nothing outside; objects that set their own state, and records of business, are left alone.",
    fix="Do what is noted, and note what came of it.",
    since="0.8.0",
    effort=90,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a swap back and a cancelled run that are only noted",
            files={
                "swap.py": (
                    "from dataclasses import dataclass, field\n\n\n@dataclass\nclass SwapService:\n    stable: str = 'blue'\n    notes: list[SwapNote] = field(default_factory=list)\n\n"
                    "    async def revert(self, release):\n        note = SwapNote(release)\n        self.notes.append(note)\n        note.status = 'completed'\n        log.warning('back to %s', self.stable)\n        return note\n\n\n"
                    "class Soaks:\n    async def cancel_soak_run(self, number):\n        run = self.runs[number]\n        run.state = RunState.CANCELLED\n        log.info('cancelled %s', number)\n        return True\n"
                )
            },
            found=("swap.py:12", "swap.py:20"),
        ),
        Example(
            title="a run that is told to stop, and the state of the object itself",
            files={
                "swap.py": (
                    "class Soaks:\n    async def cancel_soak_run(self, number):\n        run = self.runs[number]\n        await self.client.stop(number)\n        run.state = RunState.CANCELLED\n        return True\n\n"
                    "    def stop_run(self):\n        self.state = RunState.STOPPED\n\n    def cancel_booking(self, number):\n        row = self.rows[number]\n        row.state = 'cancelled'\n"
                )
            },
        ),
    ),
    check_file=_check,
)
