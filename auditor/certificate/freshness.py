"""Which components are as they were certified, and what the decision is worth where others changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditor import __version__
from auditor.certificate.committed import CommittedFiles
from auditor.certificate.report import Check, failed, passed, unknown
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.component import ComponentFiles
from auditor.model.outcome import Decision
from auditor.model.source import SPARSE
from auditor.model.words import counted, listed

__all__ = ["ComponentState", "Freshness", "State", "Wanted", "check_components"]

MOST_FILES = 10
_WORST = (Decision.NO_GO, Decision.CONDITIONAL, Decision.GO)


class State(StrEnum):
    """How a component is, compared with the certificate."""

    AS_CERTIFIED = "as-certified"
    CHANGED = "changed"
    GONE = "gone"
    NOT_CERTIFIED = "not-certified"


@dataclass(frozen=True, slots=True)
class ComponentState:
    """A component, how it is, and the paths of its files that differ."""

    name: str
    state: State
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How the components are at a commit. `covered` are those that the decision is carried over for, on request.

    `outside` are paths that differ and belong to no component: the audit left them out.
    """

    commit: str
    components: tuple[ComponentState, ...]
    outside: tuple[str, ...] = ()
    covered: tuple[str, ...] | None = None
    decision: Decision | None = None

    def named(self, state: State) -> tuple[ComponentState, ...]:
        """The components that are so."""
        return tuple(one for one in self.components if one.state is state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a certificate is held against: a commit (None: HEAD, where a change is told and fails nothing).

    With `partial`, the decision is carried over for the components named by `only` (none: all that are unchanged);
    `decide` says what the audit comes to for one component alone.
    """

    commit: str | None = None
    partial: bool = False
    only: tuple[str, ...] = ()
    decide: Callable[[Audit, str], Decision | None] | None = None

    @property
    def binding(self) -> bool:
        """Whether somebody asked about this very commit or these components: then what has changed fails."""
        return self.partial or self.commit is not None


def check_components(audit: Audit, files: CommittedFiles, wanted: Wanted) -> tuple[Check, Freshness | None]:
    """Whether the certified digests are those of the commit, and which components are still so."""
    bound = failed if wanted.binding else unknown
    commit, target = audit.repository.commit, wanted.commit or files.head()
    if commit is None or target is None or files.tree(commit) is None or audit.repository.dirty:
        reason = "the audited work tree differed from it" if audit.repository.dirty else "it is not at hand"
        return bound("components", f"there is no commit to compare with: {reason}"), None
    try:
        then = files.components(commit)
        now = then if target == commit else files.components(target)
    except UserError as error:
        return bound("components", f"they cannot be compared: {error}"), None
    wrong = [one.name for one in audit.components if one.name not in then or then[one.name].digest != one.digest]
    if wrong:
        return _other_digests(audit, wrong), None
    fresh = _compared(audit, then, now, files, target)
    if wanted.partial:
        return _carried_over(audit, fresh, wanted)
    left_out = then.keys() - {one.name for one in audit.components}  # on request, as the certificate itself says
    same = all(one.state is State.AS_CERTIFIED or one.name in left_out for one in fresh.components)
    return (passed if same else bound)("components", _told(fresh)), fresh


def _other_digests(audit: Audit, wrong: list[str]) -> Check:
    text = f"by the commit, the digest is another than certified, of: {', '.join(wrong)}"
    if audit.tool.version != __version__:
        return unknown("components", f"{text}; auditor {audit.tool.version} issued this, and this is {__version__}")
    if any(one.reason == SPARSE for one in audit.inventory.left_out):
        return unknown("components", f"{text}; the audited work tree was sparse")
    return failed("components", text)


def _compared(
    audit: Audit,
    then: Mapping[str, ComponentFiles],
    now: Mapping[str, ComponentFiles],
    files: CommittedFiles,
    target: str,
) -> Freshness:
    scored = {one.name for one in audit.components}
    states = [_state(name, then[name], now.get(name)) for name in then if name in scored]
    states += [ComponentState(name, State.NOT_CERTIFIED) for name in dict.fromkeys((*then, *now)) if name not in scored]
    owned = {path for one in (*then.values(), *now.values()) for path in one.blobs}
    assert audit.repository.commit is not None
    outside = tuple(path for path in files.changed(audit.repository.commit, target) if path not in owned)
    return Freshness(commit=target, components=tuple(states), outside=outside)


def _state(name: str, then: ComponentFiles, now: ComponentFiles | None) -> ComponentState:
    if now is None:
        return ComponentState(name, State.GONE, tuple(sorted(then.blobs)))
    if now.digest == then.digest and now.kind == then.kind:
        return ComponentState(name, State.AS_CERTIFIED)
    paths = then.blobs.keys() | now.blobs.keys()
    changed = sorted(path for path in paths if then.blobs.get(path) != now.blobs.get(path))
    return ComponentState(name, State.CHANGED, tuple(changed))


def _carried_over(audit: Audit, fresh: Freshness, wanted: Wanted) -> tuple[Check, Freshness]:
    """The decision for the unchanged components, as far as it is asked for."""
    same = [one.name for one in fresh.named(State.AS_CERTIFIED)]
    known = {one.name for one in fresh.components}
    missing = [name for name in wanted.only if name not in known]
    lost = [name for name in wanted.only if name in known and name not in same]
    decided = {name: wanted.decide(audit, name) if wanted.decide else None for name in same}
    covered = tuple(name for name in same if decided[name] and (not wanted.only or name in wanted.only))
    decision = next((one for one in _WORST if one in {decided[name] for name in covered}), None)
    bad = [f"there is no component {name}" for name in missing]
    bad += [f"{name} is not as certified" for name in lost]
    bad += [f"nothing of {name} was evaluated" for name in wanted.only if name in same and not decided[name]]
    bad += [f"{name} was NO-GO by itself" for name in covered if decided[name] is Decision.NO_GO]
    if not covered and not bad:
        bad.append("no component is as certified")
    carried = ", ".join(f"{name} ({decided[name]})" for name in covered) or "nothing"
    told = f"carried over for {carried}; not covered: {_uncovered(fresh, covered)}"
    text = f"{'; '.join(bad)}; {told}" if bad else told
    result = Freshness(
        commit=fresh.commit,
        components=fresh.components,
        outside=fresh.outside,
        covered=covered,
        decision=decision,
    )
    return (failed if bad else passed)("components", text), result


def _uncovered(fresh: Freshness, covered: tuple[str, ...]) -> str:
    rest = [_shown(one) for one in fresh.components if one.name not in covered]
    return "; ".join([*rest, *_outside(fresh)]) or "nothing"


def _told(fresh: Freshness) -> str:
    same = ", ".join(one.name for one in fresh.named(State.AS_CERTIFIED)) or "none"
    others = [_shown(one) for one in fresh.components if one.state is not State.AS_CERTIFIED]
    return "; ".join([f"at {fresh.commit} as certified: {same}", *others, *_outside(fresh)])


def _outside(fresh: Freshness) -> list[str]:
    return [f"outside of all components (left out of the audit): {_files(fresh.outside)}"] if fresh.outside else []


def _shown(one: ComponentState) -> str:
    words = {State.AS_CERTIFIED: "unchanged", State.NOT_CERTIFIED: "was not certified", State.GONE: "is gone"}
    if one.state is State.CHANGED:
        return f"{one.name} changed: {_files(one.changed) if one.changed else 'it is of another kind'}"
    return f"{one.name} {words[one.state]}"


def _files(paths: tuple[str, ...]) -> str:
    return f"{counted(len(paths), 'file')} ({listed(paths, MOST_FILES)})"
