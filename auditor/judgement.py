"""What a repository's files and a rubric come to, before it is scored: remembered as one value, or worked out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from auditor.engine.judged import Judgement, content_digest
from auditor.engine.result_cache import ResultCache
from auditor.engine.stopwatch import Stopwatch
from auditor.engine.typed_codec import Converter, converter
from auditor.errors import Place, UserError
from auditor.model.audit import FileRecord, InventorySummary
from auditor.model.finding import Finding
from auditor.model.outcome import ComponentResult
from auditor.model.rubric import Rubric
from auditor.repo.byte_store import ByteStore
from auditor.repo.configuration import CONFIGURATION_NAME
from auditor.repo.installation import installation_digest
from auditor.repo.reader import Inventory, ReadFailure
from auditor.repo.snapshot import Snapshot
from auditor.resources import resource_names, resource_text
from auditor.rubric.load import DEFAULT_RUBRIC, load_rubric, rubric_digest, shipped_rubrics
from auditor.rules.card import RuleCard
from auditor.rules.registry import cards, rule_pack_digest

__all__ = ["chosen_rubric", "cited_files", "judge", "rule_pack", "summary_of"]


def rule_pack(store: ByteStore | None) -> tuple[tuple[RuleCard, ...], str]:
    """The cards of all rules and the digest of their sources; remembered for this very installation where there is a store."""

    def read() -> tuple[tuple[RuleCard, ...], str]:
        return cards(), rule_pack_digest()

    if store is None:
        return read()
    cache = ResultCache(store, installation_digest())
    form = converter(tuple[tuple[RuleCard, ...], str])
    pack: tuple[tuple[RuleCard, ...], str] = cache.remembered(cache.key("rule pack"), form, read)
    return pack


def judge(  # noqa: PLR0913 - what is judged, by what, and how
    snapshot: Snapshot,
    owner: Mapping[str, str],
    cards: tuple[RuleCard, ...],
    rubric: Rubric,
    *,
    fallback_owner: str,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
    cache: ResultCache | None = None,
    watch: Stopwatch | None = None,
) -> Judgement:
    """Judge a snapshot. With a cache, a repository that was judged before is not read again."""

    def work_out(key: bytes = b"") -> Judgement:
        from auditor.judging import work_out as judge_anew  # noqa: PLC0415 - every rule and parser, which nothing remembered needs

        return judge_anew(
            snapshot,
            owner,
            cards,
            rubric,
            fallback_owner=fallback_owner,
            jobs=jobs,
            progress=progress,
            cache=cache,
            key=key,
            watch=watch,
        )

    if cache is None:
        return work_out()
    owners = hashlib.sha256("\0".join(f"{path}\0{name}" for path, name in owner.items()).encode("utf-8", "replace"))
    key = cache.whole_key(snapshot.inventory, owners.hexdigest(), fallback_owner, rubric_digest(rubric))
    return cache.remembered(key, converter(Judgement), lambda: work_out(key))


def _remembered_rubric(name: str, rules: tuple[RuleCard, ...], cache: ResultCache) -> Rubric:
    """A shipped rubric, which is read and checked once for all scans."""
    form = Converter(
        lambda rubric: rubric.model_dump(mode="json"), lambda value: Rubric.model_validate_json(json.dumps(value))
    )
    key = cache.key("rubric", name, *map(resource_text, resource_names("rubrics", ".yaml")))
    return cache.remembered(key, form, lambda: load_rubric(name, rules, resource_text))


def chosen_rubric(  # noqa: PLR0913 - who names which, and where it is read
    given: str | None,
    configured: str | None,
    rules: tuple[RuleCard, ...],
    snapshot: Snapshot,
    cache: ResultCache | None = None,
    *,
    own: bool = False,
) -> Rubric:
    """The rubric of an audit: one that the caller names is read from disk, one that the repository names, from the snapshot.

    Raises UserError where it cannot be read or used, and where it is a file of the repository and the caller has not
    agreed to that (`own`): who is judged would write what is asked.
    """

    def read_snapshot(path: str) -> str:
        try:
            text = snapshot.reader.read(path).decode("utf-8-sig", "replace")
        except ReadFailure as failure:
            raise UserError(f"the rubric {path} cannot be read: {failure}", remedy="mend `rubric`") from failure
        if not own:
            remedy = "read it, and say --own-rubric if it may judge, or name another with --rubric"
            raise UserError(f"the rubric {path} is the repository's own", remedy=remedy)
        return text

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
