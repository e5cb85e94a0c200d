"""Works out what a repository's files and a rubric come to: map, reduce, evidence. Nothing of it is needed where it is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from auditor.engine.capture import Captor
from auditor.engine.judged import JudgedFile, Judgement, content_digest
from auditor.engine.recapture import Recaptor
from auditor.engine.result_cache import ResultCache
from auditor.engine.scan import Progress, Scanned, scan
from auditor.engine.stopwatch import Stopwatch, timed
from auditor.engine.typed_codec import Converter, converter
from auditor.evidence.fruitless import Fruitless
from auditor.evidence.globs import Globs
from auditor.evidence.globs import Row as GlobRow
from auditor.evidence.requirements import proofs
from auditor.facts.inline_waivers import InlineWaivers
from auditor.facts.names_inventory import secret_rows
from auditor.facts.reachability import reached_from
from auditor.facts.repository import RepositoryFacts
from auditor.model.audit import SecretRow
from auditor.model.finding import Finding
from auditor.model.outcome import Proof
from auditor.model.rubric import Rubric
from auditor.model.source import Language, Role
from auditor.repo.snapshot import Snapshot
from auditor.rubric.load import rubric_digest
from auditor.rules.base import Detector
from auditor.rules.card import RuleCard
from auditor.rules.late import detectors

__all__ = ["work_out"]

T = TypeVar("T")

CODE = frozenset(Language) - {
    Language.YAML, Language.JSON, Language.TOML, Language.INI, Language.ENV, Language.MARKDOWN, Language.TEXT,
    Language.DOCKERFILE, Language.MAKEFILE, Language.HCL, Language.XML, Language.BINARY,
}  # fmt: skip
"""Languages whose files run only where something reaches them; configuration is read by tools that we do not see."""


def work_out(  # noqa: PLR0913 - what is judged, by what, and how
    snapshot: Snapshot,
    owner: Mapping[str, str],
    cards: tuple[RuleCard, ...],
    rubric: Rubric,
    *,
    fallback_owner: str,
    jobs: int,
    progress: Progress | None,
    cache: ResultCache | None,
    key: bytes,
    watch: Stopwatch | None,
) -> Judgement:
    """Judge a snapshot by the rules of these cards. With a cache, the judgement is to be remembered under `key`."""
    rules = detectors(cards)
    run = tuple(map(watch.rule, rules)) if watch else rules
    scanned = scan(snapshot.inventory, snapshot.reader, run, jobs=jobs, progress=progress, cache=cache, watch=watch)
    captor = Recaptor(_captor(scanned, owner, snapshot, rules, fallback_owner), cache)
    secrets = _derived(scanned, secret_rows, converter(tuple[SecretRow, ...]))
    scanned.facts.let_go()  # nothing joins all facts any more, and what was joined makes room for findings
    findings = timed(watch, "evidence of findings", lambda: captor.findings(scanned.found))
    digests = captor.digests
    judged = timed(
        watch, "evidence of criteria", lambda: _judgement(scanned, findings, secrets, digests, snapshot, rubric)
    )
    if scanned.memory:
        scanned.memory.flush()
    captor.keep(key)
    scanned.facts.end()  # what the map stage left goes before the certificate is made
    return judged


def _ways(facts: RepositoryFacts) -> tuple[tuple[str, str], ...]:
    return tuple(facts.derive(reached_from).items())


def _captor(
    scanned: Scanned, owner: Mapping[str, str], snapshot: Snapshot, rules: tuple[Detector, ...], fallback_owner: str
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
    fruitless, globs = Fruitless(snapshot.inventory.contents), Globs()
    files = snapshot.inventory.files

    def prove() -> dict[str, Proof]:
        return proofs(rubric, scanned.facts, snapshot.reader, findings, fruitless, globs)

    if scanned.memory is None:
        return prove()
    cache, digest = scanned.memory.cache, rubric_digest(rubric)
    with (
        _kept(
            cache,
            cache.key("fruitless", cache.about, digest),
            converter(tuple[tuple[str, str], ...]),
            fruitless.recall,
            fruitless.rows,
        ),
        _kept(
            cache,
            cache.names_key(snapshot.inventory, "globs", digest),
            converter(tuple[GlobRow, ...]),
            lambda rows: globs.recall(rows, files),
            lambda: globs.rows(files),
        ),
    ):
        return prove()


@contextmanager
def _kept(
    cache: ResultCache, key: bytes, form: Converter, recall: Callable[[Any], None], rows: Callable[[], Any]
) -> Iterator[None]:
    """Something is recalled before some work, and kept afterwards where it is another."""
    before = cache.read(key, form)
    with suppress(ValueError, LookupError):
        recall(before or ())
    yield
    after = rows()
    if after != before:
        cache.write(key, form, after)


def _derived(scanned: Scanned, function: Callable[[RepositoryFacts], T], form: Converter) -> T:
    """What is derived from the facts, or remembered."""
    if scanned.memory is None:
        return scanned.facts.derive(function)
    return scanned.memory.result(function.__qualname__, form, lambda: scanned.facts.derive(function))


def _judgement(  # noqa: PLR0913, PLR0917 - what the stages before made
    scanned: Scanned,
    findings: tuple[Finding, ...],
    secrets: tuple[SecretRow, ...],
    digests: Mapping[str, str],
    snapshot: Snapshot,
    rubric: Rubric,
) -> Judgement:
    facts = scanned.facts
    proven = _proven(scanned, findings, snapshot, rubric)
    cited = {finding.path for finding in findings}
    cited.update(one.path for proof in proven.values() for one in proof.evidence if one.path)
    files = (
        JudgedFile(
            file.path,
            scanned.lines.get(file.path, 0),
            facts.facts.kinds(file.path),
            (digests.get(file.path) or content_digest(file.path, snapshot)) if file.path in cited else None,
        )
        for file in facts.files
    )
    return Judgement(
        files=tuple(files),
        findings=findings,
        proofs=tuple(proven.items()),
        secrets=secrets,
        unjudged=scanned.unjudged,
        inline=tuple((file.path, one) for file, fact in facts.of(InlineWaivers) for one in fact.items),
    )
