"""Wires the stages: repository -> snapshot -> facts -> findings -> rubric -> decision -> audit."""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from auditor import __version__
from auditor.certificate.identifier import certificate_id
from auditor.engine.result_cache import ResultCache
from auditor.engine.stopwatch import Stopwatch, timed
from auditor.engine.typed_codec import converter
from auditor.errors import Place, UserError
from auditor.evidence.unread import unread_kinds
from auditor.judgement import Judgement, judge, remembered_rubric
from auditor.model.audit import (
    SCHEMA,
    Audit,
    FileRecord,
    InventorySummary,
    RulePack,
    Tool,
)
from auditor.model.component import Component, ComponentPart
from auditor.model.outside import GivenEvidence
from auditor.model.rubric import Rubric
from auditor.model.source import Role
from auditor.outside import receive, take_in, with_outside
from auditor.repo.byte_store import ByteStore
from auditor.repo.components import REST, build_parts, load_components
from auditor.repo.configuration import CONFIGURATION_NAME, Configuration, read_configuration
from auditor.repo.installation import installation_digest
from auditor.repo.reader import Inventory, ReadFailure
from auditor.repo.snapshot import Memory, Snapshot, open_snapshot
from auditor.rubric.load import DEFAULT_RUBRIC, load_rubric, rubric_digest, shipped_rubrics
from auditor.rules.base import Lifecycle, Rule
from auditor.rules.registry import RULE_PACK_VERSION, rule_pack_digest
from auditor.rules.registry import rules as all_rules
from auditor.rules.selection import asked_rules
from auditor.scoring.components import identity_of
from auditor.scoring.inputs import summarise
from auditor.scoring.score import Scorecard, score

__all__ = ["Request", "audit_repository"]

LIMITS = (
    "Nothing of the repository was run: what a command does when it runs, and whether a service answers, is not known.",
    "Whether a workflow has ever run, and with what result, is not known from the repository alone.",
    "Values of secrets, settings of the hosting platform and branch protection are not visible in the repository.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of an audit. `now` is the time that it carries, in UTC; `store` remembers results, `watch` notes times.

    `evidence` came from outside of the repository.
    """

    repository: Path
    now: datetime
    revision: str | None = None
    rubric: str | None = None
    components: tuple[str, ...] = ()
    jobs: int = 1
    preview: bool = False
    store: ByteStore | None = None
    watch: Stopwatch | None = None
    evidence: GivenEvidence = field(default_factory=GivenEvidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """What is audited: the files, and the component of every one of them."""

    inventory: Inventory
    configuration: Configuration
    components: tuple[Component, ...]
    component_by_path: Mapping[str, str]


def audit_repository(request: Request, progress: Callable[[int, int], None] | None = None) -> tuple[Audit, Path | None]:
    """Audit a repository; also gives the folder that its configuration names for certificates.

    Raises UserError on input that cannot be audited, naming the place and the remedy.
    """
    watch, memory = request.watch, Memory(request.store, installation_digest()) if request.store else None
    snapshot = timed(watch, "snapshot", lambda: open_snapshot(request.repository, request.revision, memory))
    rules = tuple(rule for rule in all_rules() if _runs(rule, preview=request.preview))
    cache = ResultCache(request.store, _salt(rules)) if request.store else None
    scope = timed(watch, "components", lambda: _scope(snapshot, cache))
    rubric = timed(watch, "rubric", lambda: _rubric(request, scope, rules, snapshot, cache))
    received = receive(request.evidence, request.now, rubric, snapshot)
    rules = asked_rules(rules, rubric)
    judged = judge(
        snapshot,
        scope.component_by_path,
        rules,
        rubric,
        fallback_owner=REST,
        jobs=request.jobs,
        progress=progress,
        cache=replace(cache, salt=_salt(rules)) if cache else None,
        watch=watch,
    )
    judged, outside = take_in(received, judged, rubric, snapshot, scope.component_by_path)
    parts = _parts(judged, scope)
    chosen = _chosen(parts, request.components)
    snapshot = _naming_left_out(snapshot, parts, chosen)
    card = score(
        rubric=rubric,
        parts=parts,
        findings=judged.findings,
        proofs=dict(judged.proofs),
        rules=summarise(rules),
        repository=snapshot.identity,
        today=request.now.date(),
        only=chosen,
    )
    audit = _audit(request=request, snapshot=snapshot, rubric=rubric, judged=judged, card=card, scope=scope)
    return with_outside(audit, outside), _configured_folder(request, scope.configuration)


def _naming_left_out(snapshot: Snapshot, parts: tuple[ComponentPart, ...], chosen: frozenset[str]) -> Snapshot:
    left = tuple(part.component.name for part in parts if part.component.name not in chosen)
    return replace(snapshot, identity=replace(snapshot.identity, not_scored=left))


def _configured_folder(request: Request, configuration: Configuration) -> Path | None:
    """Where the configuration of a work tree wants its certificates; never outside of the repository."""
    if configuration.out is None or request.revision is not None:
        return None
    folder = request.repository / configuration.out
    if not folder.resolve().is_relative_to(request.repository.resolve()):
        raise UserError(
            "`out` leads out of the repository", place=Place(CONFIGURATION_NAME), remedy="name a folder in it"
        )
    return folder


def _scope(snapshot: Snapshot, cache: ResultCache | None) -> _Scope:
    def work_out() -> tuple[tuple[Component, ...], tuple[tuple[str, str], ...]]:
        _, components, by_path = load_components(snapshot.inventory, snapshot.reader)
        return components, tuple(by_path.items())

    configuration = read_configuration(snapshot.inventory, snapshot.reader)
    if cache is None:
        components, pairs = work_out()
    else:
        form = converter(tuple[tuple[Component, ...], tuple[tuple[str, str], ...]])
        components, pairs = cache.remembered(cache.whole_key(snapshot.inventory, "components"), form, work_out)
    return _Scope(
        inventory=snapshot.inventory,
        configuration=configuration,
        components=components,
        component_by_path=dict(pairs),
    )


def _salt(rules: tuple[Rule, ...]) -> bytes:
    """What stands for the code that judges: a cache of another version, or of other rules, is not looked at."""
    return hashlib.sha256(installation_digest() + ",".join(rule.id for rule in rules).encode()).digest()


def _runs(rule: Rule, *, preview: bool) -> bool:
    return rule.lifecycle is Lifecycle.STABLE or (preview and rule.lifecycle is Lifecycle.PREVIEW)


def _rubric(
    request: Request, scope: _Scope, rules: tuple[Rule, ...], snapshot: Snapshot, cache: ResultCache | None
) -> Rubric:
    """The rubric that the caller names is read from disk; one that the repository names, from the snapshot."""

    def read_snapshot(path: str) -> str:
        try:
            return snapshot.reader.read(path).decode("utf-8-sig", "replace")
        except ReadFailure as failure:
            raise UserError(f"the rubric {path} cannot be read: {failure}", remedy="mend `rubric`") from failure

    name = request.rubric or scope.configuration.rubric or DEFAULT_RUBRIC
    if cache and name in shipped_rubrics():
        return remembered_rubric(name, rules, cache)
    if request.rubric:
        return load_rubric(name, rules, _read_file)
    try:
        return load_rubric(name, rules, read_snapshot)
    except UserError as error:
        if error.place is None:  # its name stands in the configuration, and nowhere else
            raise UserError(error.message, place=Place(CONFIGURATION_NAME), remedy=error.remedy) from error
        raise


def _read_file(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"the rubric cannot be read: {reason}", place=Place(path), remedy="name a YAML file") from error


def _parts(judged: Judgement, scope: _Scope) -> tuple[ComponentPart, ...]:
    by_path = {file.path: file for file in scope.inventory.files}
    kinds = {one.path: frozenset({by_path[one.path].language.value, *one.kinds}) for one in judged.files}
    aside = {file.path for file in scope.inventory.files if file.role is not Role.SHIPPED}
    parts = build_parts(
        scope.components,
        scope.component_by_path,
        scope.inventory,
        {one.path: one.lines for one in judged.files},
        kinds,
        frozenset(one.path for one in judged.unjudged if one.path not in aside),
    )
    unread = (tuple(by_path[path] for path in part.unreadable if path in by_path) for part in parts)
    return tuple(replace(part, unread_kinds=unread_kinds(files)) for part, files in zip(parts, unread, strict=True))


def _chosen(parts: tuple[ComponentPart, ...], names: tuple[str, ...]) -> frozenset[str]:
    known = [part.component.name for part in parts]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
            raise UserError(f"there is no component {name!r}", remedy=hint)
    return frozenset(names or known)


def _audit(  # noqa: PLR0913 - gathers what every stage made
    *,
    request: Request,
    snapshot: Snapshot,
    rubric: Rubric,
    judged: Judgement,
    card: Scorecard,
    scope: _Scope,
) -> Audit:
    return Audit(
        schema=SCHEMA,
        certificate_id=certificate_id(rubric.kind.value, snapshot.identity.name, request.now),
        tool=Tool(
            name="auditor",
            version=__version__,
            rule_pack=RulePack(version=RULE_PACK_VERSION, digest=rule_pack_digest()),
        ),
        repository=snapshot.identity,
        rubric=identity_of(rubric, rubric_digest(rubric)),
        scanned_at=request.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        valid_until=card.valid_until,
        decision=card.verdict.decision,
        score=card.score,
        verdict=card.verdict,
        components=card.components,
        conditions=card.conditions,
        waivers=(),
        findings=card.findings,
        secrets=judged.secrets,
        inventory=_summary(judged, scope),
        evidence_files=_records(card, judged, snapshot),
        limits=LIMITS,
    )


def _summary(judged: Judgement, scope: _Scope) -> InventorySummary:
    files: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    roles: Counter[str] = Counter()
    counted = {one.path: one.lines for one in judged.files}
    for file in scope.inventory.files:
        files[file.language.value] += 1
        lines[file.language.value] += counted.get(file.path, 0)
        roles[file.role.value] += 1
    return InventorySummary(
        files=len(scope.inventory.files),
        lines=sum(lines.values()),
        by_language=tuple((name, files[name], lines[name]) for name in sorted(files)),
        by_role=tuple(sorted(roles.items())),
        left_out=scope.inventory.left_out,
        unjudged=judged.unjudged,
    )


def _records(card: Scorecard, judged: Judgement, snapshot: Snapshot) -> tuple[FileRecord, ...]:
    """The files that findings and evidence cite, with what identifies their content."""
    cited = {finding.path for finding in card.findings}
    for component in card.components:
        cited.update(one.path for result in component.criteria for one in result.evidence if one.path)
    known = {one.path: one for one in judged.files}
    records = []
    for file in snapshot.inventory.files:
        one = known.get(file.path) if file.path in cited else None
        if one is not None and one.sha256 is not None:
            records.append(FileRecord(path=file.path, lines=one.lines, blob=file.blob, sha256=one.sha256))
    return tuple(records)
