"""Wires the stages: repository -> snapshot -> facts -> findings -> rubric -> decision -> audit."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from auditor import __version__
from auditor.certificate.identifier import certificate_id
from auditor.engine.judged import Judgement
from auditor.engine.result_cache import ResultCache
from auditor.engine.stopwatch import timed
from auditor.engine.typed_codec import converter
from auditor.errors import UserError
from auditor.evidence.unread import unread_kinds
from auditor.judgement import chosen_rubric, cited_files, judge, rule_pack, summary_of
from auditor.model.audit import (
    SCHEMA,
    Audit,
    RulePack,
    Tool,
)
from auditor.model.component import Component, ComponentPart
from auditor.model.invocation import Invocation, ReadFrom, RubricSource
from auditor.model.rubric import Rubric
from auditor.model.source import Role
from auditor.outside import receive, take_in, with_outside
from auditor.repo.components import REST, build_parts, load_components
from auditor.repo.configuration import Configuration, read_configuration
from auditor.repo.configured_folder import configured_folder
from auditor.repo.installation import installation_digest
from auditor.repo.objects import ObjectReader
from auditor.repo.owners import owners_text
from auditor.repo.reader import Inventory
from auditor.repo.snapshot import Memory, Snapshot, open_snapshot
from auditor.request import Request
from auditor.rubric.load import DEFAULT_RUBRIC, rubric_digest, shipped_rubrics
from auditor.rules.card import RuleCard
from auditor.rules.registry import RULE_PACK_VERSION
from auditor.rules.selection import asked_rules, needed_rules
from auditor.scoring.components import identity_of
from auditor.scoring.inputs import summarise
from auditor.scoring.score import Scorecard, score
from auditor.waivers.declared import Declared
from auditor.waivers.ledger import Ledger, open_ledger
from auditor.waivers.waiver_file import read_waivers

__all__ = ["Audited", "Request", "audit_repository", "run_audit"]

LIMITS = (
    "Nothing of the repository was run: what a command does when it runs, and whether a service answers, is not known.",
    "Whether a workflow has ever run, and with what result, is not known from the repository alone.",
    "Values of secrets, settings of the hosting platform and branch protection are not visible in the repository.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """What is audited: the files, the component of every one of them, and the digest of the rules that judge them."""

    inventory: Inventory
    configuration: Configuration
    components: tuple[Component, ...]
    component_by_path: Mapping[str, str]
    rule_pack: str


@dataclass(frozen=True, slots=True)
class Audited:
    """An audit, its rubric and configuration, the folder that the latter names for certificates, and the paths of what was read.

    `settled` tells that every file could be read, so that the same files cannot give anything else.
    """

    audit: Audit
    rubric: Rubric
    configuration: Configuration
    out: Path | None
    paths: frozenset[str]
    settled: bool


def audit_repository(request: Request, progress: Callable[[int, int], None] | None = None) -> tuple[Audit, Path | None]:
    """Audit a repository; also gives the folder that its configuration names for certificates.

    Raises UserError on input that cannot be audited, naming the place and the remedy.
    """
    audited = run_audit(request, progress)
    return audited.audit, audited.out


def run_audit(request: Request, progress: Callable[[int, int], None] | None = None) -> Audited:
    """As `audit_repository`, and tells by which rubric."""
    watch = request.watch
    snapshot = timed(watch, "snapshot", lambda: _snapshot(request))
    pack, digest = rule_pack(request.store)
    rules = tuple(rule for rule in pack if rule.is_stable or (request.preview and rule.is_preview))
    cache = ResultCache(request.store, _salt(rules), snapshot.identity.name) if request.store else None
    scope = timed(watch, "components", lambda: _scope(snapshot, cache, digest))
    rubric = request.judged_by or timed(watch, "rubric", lambda: _rubric(request, scope, rules, snapshot, cache))
    received = receive(request.evidence, request.now, rubric, snapshot)
    asked = asked_rules(rules, rubric)
    rules = needed_rules(asked, rubric, request.criterion)
    filed = read_waivers(snapshot.inventory, snapshot.reader)
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
    audit = _concluded(request, snapshot, rubric, asked, filed, judged, scope)
    out = configured_folder(request.repository, scope.configuration.out) if request.revision is None else None
    read = frozenset(one.path for one in snapshot.inventory.files)
    settled = not snapshot.inventory.unreadable
    return Audited(with_outside(audit, outside), rubric, scope.configuration, out, read, settled)


def _concluded(  # noqa: PLR0913, PLR0917 - what the stages before made
    request: Request,
    snapshot: Snapshot,
    rubric: Rubric,
    rules: tuple[RuleCard, ...],
    filed: tuple[Declared, ...],
    judged: Judgement,
    scope: _Scope,
) -> Audit:
    """What waivers leave of the findings, scored."""
    parts = _parts(judged, scope)
    chosen = _chosen(parts, request.components)
    snapshot = _scoring_only(snapshot, parts, chosen)
    today = request.now.date()
    ledger = open_ledger(
        snapshot, judged, filed, rubric=rubric, parts=parts, chosen=chosen, rules=rules, today=today,
        owner=scope.component_by_path, fallback_owner=REST, apply=request.waivers,
    )  # fmt: skip
    card = score(
        rubric=rubric,
        parts=parts,
        findings=ledger.findings,
        proofs=dict(judged.proofs),
        rules=summarise(rules),
        repository=snapshot.identity,
        today=today,
        waived=ledger.waived,
        lifted=ledger.lifted,
        ends=ledger.ends,
        only=chosen,
        certificate=_certificate_id(request, rubric, snapshot),
        names=request.names,
    )
    return _audit(
        request=request, snapshot=snapshot, rubric=rubric, judged=judged, card=card, scope=scope, ledger=ledger
    )


def _snapshot(request: Request) -> Snapshot:
    memory = Memory(request.store, installation_digest()) if request.store else None
    snapshot = open_snapshot(request.repository, request.revision, memory, request.observed)
    if request.known_as is None:
        return snapshot
    return replace(snapshot, identity=request.known_as.of(snapshot.identity))


def _scope(snapshot: Snapshot, cache: ResultCache | None, rule_pack: str) -> _Scope:
    def work_out() -> tuple[tuple[Component, ...], tuple[tuple[str, str], ...]]:
        _, components, by_path = load_components(snapshot.inventory, snapshot.reader)
        return components, tuple(by_path.items())

    configuration = read_configuration(snapshot.inventory, snapshot.reader)
    if cache is None:
        components, pairs = work_out()
    else:
        form = converter(tuple[tuple[Component, ...], tuple[tuple[str, str], ...]])
        owners = [owners_text(snapshot.inventory, snapshot.reader), repr(configuration)]
        components, pairs = cache.remembered(cache.names_key(snapshot.inventory, "components", *owners), form, work_out)
    return _Scope(
        inventory=snapshot.inventory,
        configuration=configuration,
        components=components,
        component_by_path=dict(pairs),
        rule_pack=rule_pack,
    )


def _salt(rules: tuple[RuleCard, ...]) -> bytes:
    """What stands for the code that judges: a cache of another version, or of other rules, is not looked at."""
    return hashlib.sha256(installation_digest() + ",".join(rule.id for rule in rules).encode()).digest()


def _rubric(
    request: Request, scope: _Scope, rules: tuple[RuleCard, ...], snapshot: Snapshot, cache: ResultCache | None
) -> Rubric:
    configured = scope.configuration.rubric
    return chosen_rubric(request.rubric, configured, rules, snapshot, cache, own=request.own_rubric)


def _certificate_id(request: Request, rubric: Rubric, snapshot: Snapshot) -> str:
    return certificate_id((request.kind or rubric.kind).value, snapshot.identity.name, request.now)


def _invocation(request: Request, scope: _Scope, snapshot: Snapshot) -> Invocation:
    name = request.rubric or scope.configuration.rubric or DEFAULT_RUBRIC
    own = RubricSource.FILE if request.rubric else RubricSource.REPOSITORY
    loose = ReadFrom.WORK_TREE if snapshot.identity.git else ReadFrom.FOLDER
    return Invocation(
        read_from=ReadFrom.COMMIT if isinstance(snapshot.reader, ObjectReader) else loose,
        rubric_from=RubricSource.SHIPPED if name in shipped_rubrics() else own,
        components=request.components,
        preview=request.preview,
        waivers=request.waivers,
    )


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
    return tuple(replace(part, unread_kinds=unread_kinds(part.unreadable, by_path)) for part in parts)


def _chosen(parts: tuple[ComponentPart, ...], names: tuple[str, ...]) -> frozenset[str]:
    known = [part.component.name for part in parts]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
            raise UserError(f"there is no component {name!r}", remedy=hint)
    return frozenset(names or known)


def _scoring_only(snapshot: Snapshot, parts: tuple[ComponentPart, ...], chosen: frozenset[str]) -> Snapshot:
    left = tuple(part.component.name for part in parts if part.component.name not in chosen)
    return replace(snapshot, identity=replace(snapshot.identity, not_scored=left))


def _audit(  # noqa: PLR0913 - gathers what every stage made
    *,
    request: Request,
    snapshot: Snapshot,
    rubric: Rubric,
    judged: Judgement,
    card: Scorecard,
    scope: _Scope,
    ledger: Ledger,
) -> Audit:
    kind = (request.kind or rubric.kind).value
    return Audit(
        schema=SCHEMA,
        certificate_id=_certificate_id(request, rubric, snapshot),
        tool=Tool(
            name="auditor",
            version=__version__,
            rule_pack=RulePack(version=RULE_PACK_VERSION, digest=scope.rule_pack),
        ),
        repository=snapshot.identity,
        rubric=replace(identity_of(rubric, rubric_digest(rubric)), kind=kind),
        scanned_at=request.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        valid_until=card.valid_until,
        decision=card.verdict.decision,
        score=card.score,
        verdict=card.verdict,
        components=card.components,
        conditions=card.conditions,
        waivers=ledger.in_force,
        void_waivers=ledger.void,
        findings=ledger.named(card.findings),
        secrets=judged.secrets,
        inventory=summary_of(judged, scope.inventory),
        evidence_files=cited_files(
            card.findings, card.components, judged, snapshot, (one.declared_in for one in ledger.waivers)
        ),
        limits=LIMITS,
        invocation=_invocation(request, scope, snapshot),
    )
