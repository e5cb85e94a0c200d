"""The ways in which a GitHub workflow may be started, and what its contexts hold then.

https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows tells for each event what
``github.ref`` is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice, product

from auditor.facts.github_expression import Call, Context, Expression, Literal, walk
from auditor.facts.github_value import UNKNOWN, Begins, Value
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pipeline_model import Input

__all__ = ["ANY_START", "Start", "starts_of", "without"]

_HEADS, _TAGS = "refs/heads/", "refs/tags/"
_KINDS = (_HEADS, _TAGS)
_WITHOUT_PUSH: dict[str, tuple[str, ...]] = {
    "pull_request": ("refs/pull/",),
    "pull_request_review": ("refs/pull/",),
    "pull_request_target": (_HEADS,),
    "merge_group": (_HEADS,),
    "schedule": (_HEADS,),
    "workflow_run": (_HEADS,),
    "repository_dispatch": (_HEADS,),
    "issues": (_HEADS,),
    "issue_comment": (_HEADS,),
    "release": (_TAGS,),
    "workflow_dispatch": _KINDS,
}
_MOST_INPUTS = 4
_MOST_STARTS = 200
_WILD = "*?+[!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One way to start a workflow: the event, the ref (whole, or as it begins), the schedule and the inputs as typed."""

    event: Value
    ref: Value
    schedule: Value = None
    inputs: tuple[tuple[str, Value], ...] = ()

    @property
    def text(self) -> str:
        """How a reader would call it."""
        asked = [f"{name}: {_shown(value)}" for name, value in self.inputs if value is not UNKNOWN]
        ref = self.ref.prefix + "..." if isinstance(self.ref, Begins) else str(self.ref)
        return f"{self.event} of {ref}" + (f" with {', '.join(asked)}" if asked else "")

    def value(self, context: Context) -> Value:
        """What a context holds; UNKNOWN for what the start alone does not tell."""
        if context.path[0] == "inputs" or context.path[:3] == ("github", "event", "inputs"):
            return self._input(context)
        return {
            ("github", "event_name"): self.event,
            ("github", "ref"): self.ref,
            ("github", "ref_name"): _named(self.ref),
            ("github", "ref_type"): _typed(self.ref),
            ("github", "event", "schedule"): self.schedule,
        }.get(context.path, UNKNOWN)

    def _input(self, context: Context) -> Value:
        if "*" in context.path or (self.event is UNKNOWN and not self.inputs):
            return UNKNOWN
        if self.event not in ("workflow_dispatch", UNKNOWN):
            return None
        value = dict(self.inputs).get(context.path[-1], UNKNOWN)
        as_text = isinstance(value, bool) and context.path[0] == "github"
        return str(value).lower() if as_text else value


ANY_START = Start(event=UNKNOWN, ref=Begins("refs/"), schedule=UNKNOWN)
"""A start of which nothing is known."""


def starts_of(workflow: GithubWorkflow, conditions: tuple[Expression, ...]) -> tuple[Start, ...]:
    """All ways to start the workflow, told apart as far as its conditions tell them apart.

    A ref or input that may be anything is there with what it may be (as it begins, or UNKNOWN) and, beside that, with
    each value that a condition names. Where there are too many, ANY_START stands for the rest.
    """
    parts = [part for one in conditions for part in walk(one)]
    named = tuple(dict.fromkeys(ref for part in parts for ref in _refs_in(part)))
    asked = {part.path[-1] for part in parts if isinstance(part, Context) and "inputs" in part.path[:3]}
    literals = {part.value for part in parts if isinstance(part, Literal) and isinstance(part.value, str)}
    found: list[Start] = []
    for trigger in workflow.triggers:
        found.extend(islice(_started(workflow, trigger.name, named, asked, literals), _MOST_STARTS + 1))
    return tuple(found) if len(found) <= _MOST_STARTS else (*found[:_MOST_STARTS], ANY_START)


def without(start: Start, names: Collection[str]) -> Start:
    """The start without what it tells of the event, the ref, or inputs."""
    return Start(
        event=UNKNOWN if "event" in names else start.event,
        ref=Begins("refs/") if "ref" in names else start.ref,
        schedule=start.schedule,
        inputs=tuple((one, UNKNOWN if one in names else value) for one, value in start.inputs),
    )


def _started(
    workflow: GithubWorkflow, event: str, named: tuple[Value, ...], asked: set[str], literals: set[str]
) -> Iterator[Start]:
    if event == "workflow_call":
        yield ANY_START  # whoever calls it brings his own event
    elif event == "schedule":
        for one in workflow.schedules:
            yield Start(event=event, ref=Begins(_HEADS), schedule=one.text)
    elif event == "workflow_dispatch":
        inputs = [one for one in workflow.inputs if one.name.lower() in asked][:_MOST_INPUTS]
        for ref, *values in product(_refs_at(workflow, event, named), *(_values(one, literals) for one in inputs)):
            told = zip((one.name.lower() for one in inputs), values, strict=True)
            yield Start(event=event, ref=ref, inputs=tuple(told))
    else:
        yield from (Start(event=event, ref=ref) for ref in _refs_at(workflow, event, named))


def _values(one: Input, literals: set[str]) -> tuple[Value, ...]:
    if one.boolean:
        return (False, True)
    if one.options:
        return one.options
    return (UNKNOWN, one.default, *sorted(literals - {one.default}))


def _refs_at(workflow: GithubWorkflow, event: str, named: tuple[Value, ...]) -> tuple[Value, ...]:
    """What the ref may be: each beginning, and what conditions name as far as it begins so."""
    kinds = _WITHOUT_PUSH.get(event, ())
    if any(one.name == f"{event}.types" and one.text == "closed" for one in workflow.refs):
        kinds = (*kinds, _HEADS)  # once it is merged, the ref is that of the branch it went into
    allowed = tuple(_pushed(workflow)) if event == "push" else tuple(Begins(one) for one in kinds)
    if not allowed:
        return (Begins("refs/"),)
    fits = (one for one in named if any(_fits(one, ref) for ref in allowed))
    return tuple(dict.fromkeys((*allowed, *fits)))


def _pushed(workflow: GithubWorkflow) -> Iterator[str | Begins]:
    """The refs whose push starts the workflow: of one kind alone where only that kind is asked for."""
    asked = {one.name for one in workflow.refs}
    for kind, key in ((_HEADS, "push.branches"), (_TAGS, "push.tags")):
        patterns = [one.text for one in workflow.refs if one.name == key and not one.text.startswith("!")]
        if patterns:
            yield from (_matching(kind, one) for one in patterns)
        elif f"{key}-ignore" in asked or not any(one.startswith("push.") for one in asked):
            yield Begins(kind)


def _matching(kind: str, glob: str) -> str | Begins:
    wild = next((place for place, sign in enumerate(glob) if sign in _WILD), None)
    if wild is None:
        return kind + glob
    return Begins(kind + glob[: wild - 1 if glob[wild] in "?+" and wild else wild])


def _fits(one: Value, allowed: str | Begins) -> bool:
    text = one.prefix if isinstance(one, Begins) else str(one)
    return text.startswith(allowed.prefix) if isinstance(allowed, Begins) else text == allowed


def _refs_in(part: Expression) -> Iterator[Value]:
    """The refs that a comparison, or the question how a ref begins, names."""
    if not isinstance(part, Call) or len(part.arguments) != 2:  # noqa: PLR2004 - two sides
        return
    paths = {one.path for one in part.arguments if isinstance(one, Context)}
    for one in part.arguments:
        if not isinstance(one, Literal) or not isinstance(one.value, str) or not one.value:
            continue
        if ("github", "ref") in paths and one.value.startswith("refs/"):
            yield Begins(one.value) if part.name == "startswith" else one.value
        elif ("github", "ref_name") in paths:
            yield from (Begins(kind + one.value) if part.name == "startswith" else kind + one.value for kind in _KINDS)


def _named(ref: Value) -> Value:
    """``github.ref_name``: https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context."""
    text = ref.prefix if isinstance(ref, Begins) else ref
    kind = next((kind for kind in _KINDS if isinstance(text, str) and text.startswith(kind)), None)
    if kind is None or not isinstance(text, str) or text == kind:
        return UNKNOWN
    return Begins(text[len(kind) :]) if isinstance(ref, Begins) else text[len(kind) :]


def _typed(ref: Value) -> Value:
    text = ref.prefix if isinstance(ref, Begins) else ref
    if not isinstance(text, str) or not text.startswith(_KINDS):
        return UNKNOWN
    return "branch" if text.startswith(_HEADS) else "tag"


def _shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)
