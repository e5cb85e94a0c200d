"""What a repository's files and a rubric come to, before it is scored: remembered as one value, or worked out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from auditor.engine.capture import Captor
from auditor.engine.result_cache import ResultCache
from auditor.engine.scan import Progress, Scanned, scan
from auditor.engine.stopwatch import Stopwatch, timed
from auditor.engine.typed_codec import Converter, converter
from auditor.errors import Place, UserError
from auditor.evidence.fruitless import Fruitless
from auditor.evidence.requirements import proofs
from auditor.facts.inline_waivers import InlineWaiver, InlineWaivers
from auditor.facts.names_inventory import secret_rows
from auditor.facts.reachability import reached_from
from auditor.facts.repository import RepositoryFacts
from auditor.model.audit import FileRecord, InventorySummary, SecretRow, UnjudgedFile
from auditor.model.finding import Finding
from auditor.model.outcome import ComponentResult, Proof
from auditor.model.rubric import Rubric
from auditor.model.source import Language, Role
from auditor.repo.configuration import CONFIGURATION_NAME
from auditor.repo.reader import Inventory, ReadFailure
from auditor.repo.snapshot import Snapshot
from auditor.resources import resource_names, resource_text
from auditor.rubric.load import DEFAULT_RUBRIC, load_rubric, rubric_digest, shipped_rubrics
from auditor.rules.base import Rule

__all__ = ["JudgedFile", "Judgement", "chosen_rubric", "cited_files", "content_digest", "judge", "summary_of"]

T = TypeVar("T")

CODE = frozenset(Language) - {
    Language.YAML, Language.JSON, Language.TOML, Language.INI, Language.ENV, Language.MARKDOWN, Language.TEXT,
    Language.DOCKERFILE, Language.MAKEFILE, Language.HCL, Language.XML, Language.BINARY,
}  # fmt: skip
"""Languages whose files run only where something reaches them; configuration is read by tools that we do not see."""


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """A file: its number of lines and the kinds of its facts. `sha256` is that of its content where it is cited."""

    path: str
    lines: int
    kinds: tuple[str, ...]
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Files, findings, proofs by criterion, the table of secrets, what could not be judged, and waivers in comments.

    It is a function of the inventory, the owner of each path, the rules and the rubric; credentials are masked.
    """

    files: tuple[JudgedFile, ...]
    findings: tuple[Finding, ...]
    proofs: tuple[tuple[str, Proof], ...]
    secrets: tuple[SecretRow, ...]
    unjudged: tuple[UnjudgedFile, ...]
    inline: tuple[tuple[str, InlineWaiver], ...] = ()


def judge(  # noqa: PLR0913 - what is judged, by what, and how
    snapshot: Snapshot,
    owner: Mapping[str, str],
    rules: tuple[Rule, ...],
    rubric: Rubric,
    *,
    fallback_owner: str,
    jobs: int = 1,
    progress: Progress | None = None,
    cache: ResultCache | None = None,
    watch: Stopwatch | None = None,
) -> Judgement:
    """Judge a snapshot. With a cache, a repository that was judged before is not read again."""

    def work_out() -> Judgement:
        run = tuple(map(watch.rule, rules)) if watch else rules
        scanned = scan(snapshot.inventory, snapshot.reader, run, jobs=jobs, progress=progress, cache=cache, watch=watch)
        captor = _captor(scanned, owner, snapshot, rules, fallback_owner)
        findings = timed(watch, "evidence of findings", lambda: captor.capture(scanned.hits))
        judged = timed(watch, "evidence of criteria", lambda: _judgement(scanned, findings, snapshot, rubric))
        if scanned.memory:
            scanned.memory.flush()
        return judged

    if cache is None:
        return work_out()
    owners = hashlib.sha256("\0".join(f"{path}\0{name}" for path, name in owner.items()).encode("utf-8", "replace"))
    key = cache.whole_key(snapshot.inventory, owners.hexdigest(), fallback_owner, rubric_digest(rubric))
    return cache.remembered(key, converter(Judgement), work_out)


def _remembered_rubric(name: str, rules: tuple[Rule, ...], cache: ResultCache) -> Rubric:
    """A shipped rubric, which is read and checked once for all scans."""
    form = Converter(
        lambda rubric: rubric.model_dump(mode="json"), lambda value: Rubric.model_validate_json(json.dumps(value))
    )
    key = cache.key("rubric", name, *map(resource_text, resource_names("rubrics", ".yaml")))
    return cache.remembered(key, form, lambda: load_rubric(name, rules, resource_text))


def chosen_rubric(
    given: str | None,
    configured: str | None,
    rules: tuple[Rule, ...],
    snapshot: Snapshot,
    cache: ResultCache | None = None,
) -> Rubric:
    """The rubric of an audit: one that the caller names is read from disk, one that the repository names, from the snapshot.

    Raises UserError where it cannot be read or used.
    """

    def read_snapshot(path: str) -> str:
        try:
            return snapshot.reader.read(path).decode("utf-8-sig", "replace")
        except ReadFailure as failure:
            raise UserError(f"the rubric {path} cannot be read: {failure}", remedy="mend `rubric`") from failure

    name = given or configured or DEFAULT_RUBRIC
    if cache and name in shipped_rubrics():
        return _remembered_rubric(name, rules, cache)
    if given:
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


def _ways(facts: RepositoryFacts) -> tuple[tuple[str, str], ...]:
    return tuple(facts.derive(reached_from).items())


def _captor(
    scanned: Scanned, owner: Mapping[str, str], snapshot: Snapshot, rules: tuple[Rule, ...], fallback_owner: str
) -> Captor:
    reached = dict(_derived(scanned, _ways, converter(tuple[tuple[str, str], ...])))
    code = (one for one in snapshot.inventory.files if one.language in CODE and one.role is Role.SHIPPED)
    return Captor(
        rules={rule.id: rule for rule in rules},
        reader=snapshot.reader,
        owner=owner,
        reached_from=reached,
        judged_by_reach=frozenset(file.path for file in code) if reached else frozenset(),
        fallback_owner=fallback_owner,
    )


def _proven(scanned: Scanned, findings: tuple[Finding, ...], snapshot: Snapshot, rubric: Rubric) -> dict[str, Proof]:
    """The proofs; where they are remembered, files in which there was nothing are not read again."""
    fruitless = Fruitless(snapshot.inventory.contents)
    cache = scanned.memory.cache if scanned.memory else None
    form = converter(tuple[tuple[str, str], ...])
    key = cache.key("fruitless", cache.about, rubric_digest(rubric)) if cache else b""
    rows = cache.read(key, form) if cache else None
    with suppress(ValueError):
        fruitless.recall(rows or ())
    proven = proofs(rubric, scanned.facts, snapshot.reader, findings, fruitless)
    if cache and fruitless.rows() != rows:
        cache.write(key, form, fruitless.rows())
    return proven


def _derived(scanned: Scanned, function: Callable[[RepositoryFacts], T], form: Converter) -> T:
    """What is derived from the facts, or remembered."""
    if scanned.memory is None:
        return scanned.facts.derive(function)
    return scanned.memory.result(function.__qualname__, form, lambda: scanned.facts.derive(function))


def _judgement(scanned: Scanned, findings: tuple[Finding, ...], snapshot: Snapshot, rubric: Rubric) -> Judgement:
    facts = scanned.facts
    proven = _proven(scanned, findings, snapshot, rubric)
    cited = {finding.path for finding in findings}
    cited.update(one.path for proof in proven.values() for one in proof.evidence if one.path)
    files = (
        JudgedFile(
            file.path,
            scanned.lines.get(file.path, 0),
            facts.facts.kinds(file.path),
            content_digest(file.path, snapshot) if file.path in cited else None,
        )
        for file in facts.files
    )
    return Judgement(
        files=tuple(files),
        findings=findings,
        proofs=tuple(proven.items()),
        secrets=_derived(scanned, secret_rows, converter(tuple[SecretRow, ...])),
        unjudged=scanned.unjudged,
        inline=tuple((file.path, one) for file, fact in facts.of(InlineWaivers) for one in fact.items),
    )


def content_digest(path: str, snapshot: Snapshot) -> str | None:
    """sha256 (hex) of a file's content; None where it cannot be read."""
    try:
        return hashlib.sha256(snapshot.reader.read(path)).hexdigest()
    except ReadFailure:
        return None


def summary_of(judged: Judgement, inventory: Inventory) -> InventorySummary:
    """What was scanned, counted by language and by role, with what was left out and could not be judged."""
    files: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    roles: Counter[str] = Counter()
    counted = {one.path: one.lines for one in judged.files}
    for file in inventory.files:
        files[file.language.value] += 1
        lines[file.language.value] += counted.get(file.path, 0)
        roles[file.role.value] += 1
    return InventorySummary(
        files=len(inventory.files),
        lines=sum(lines.values()),
        by_language=tuple((name, files[name], lines[name]) for name in sorted(files)),
        by_role=tuple(sorted(roles.items())),
        left_out=inventory.left_out,
        unjudged=judged.unjudged,
    )


def cited_files(
    findings: Iterable[Finding],
    components: Iterable[ComponentResult],
    judged: Judgement,
    snapshot: Snapshot,
    declaring: Iterable[str],
) -> tuple[FileRecord, ...]:
    """The files that findings and evidence cite, and those that declare waivers, with what identifies their content."""
    cited = {finding.path for finding in findings}.union(declaring)
    for component in components:
        cited.update(one.path for result in component.criteria for one in result.evidence if one.path)
    known = {one.path: one for one in judged.files}
    records = []
    for file in snapshot.inventory.files:
        one = known.get(file.path) if file.path in cited else None
        digest = one and (one.sha256 or content_digest(file.path, snapshot))  # known where findings of rules cite it
        if one is not None and digest:
            records.append(FileRecord(path=file.path, lines=one.lines, blob=file.blob, sha256=digest))
    return tuple(records)
