"""One probe: where the artefact is, and which files might hold it but cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.evidence.fruitless import Asked
from auditor.evidence.jobs import find_jobs
from auditor.evidence.keys import find_key
from auditor.evidence.substance import config_lines, has_substance, sections
from auditor.evidence.texts import Texts
from auditor.facts.base import ParseFailure
from auditor.facts.pattern import pattern
from auditor.model.outcome import Evidence
from auditor.model.rubric import FileProbe, JobProbe, KeyProbe, Probe, SectionProbe, TextProbe
from auditor.model.source import Language, SourceFile

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["Found", "probe_files"]

MAX_EVIDENCE = 3
MAX_EXPRESSION = 60


@dataclass(frozen=True, slots=True)
class Found:
    """What a probe came to: evidence, what was searched, and why anything like it does not count."""

    evidence: tuple[Evidence, ...]
    searched: str
    doubts: tuple[str, ...] = ()


Look = Callable[[SourceFile, tuple[str, ...]], Evidence | None]


def probe_files(probe: Probe, texts: Texts) -> Found:
    """Look for what the probe asks for."""
    if probe.section is not None:
        return _section(probe.section, texts)
    if probe.key is not None:
        return _key(probe.key, texts)
    if probe.job is not None:
        return _job(probe.job, texts)
    if probe.text is not None:
        return _text(probe.text, texts)
    return _file(probe.file if isinstance(probe.file, FileProbe) else FileProbe(path=probe.file or "*"), texts)


def _file(probe: FileProbe, texts: Texts) -> Found:
    def look(file: SourceFile, lines: tuple[str, ...]) -> Evidence | None:
        prose = file.language in (Language.MARKDOWN, Language.TEXT)
        real = has_substance(lines) if prose else config_lines(lines)
        return texts.seen(file, 1, _last(lines), f"{file.path} is there and has content") if real else None

    return _looked(texts.matching(probe.path, probe.role), texts, look, probe, f"a file `{probe.path}` with content")


def _section(probe: SectionProbe, texts: Texts) -> Found:
    heading = pattern(probe.heading)

    def look(file: SourceFile, lines: tuple[str, ...]) -> Evidence | None:
        for one in sections(lines):
            if heading.search(one.heading) and has_substance(one.body):
                return texts.seen(file, one.line, one.end_line, f'section "{one.heading}"')
        return None

    searched = f"a section headed {_readable(probe.heading)} in `{probe.document}`"
    return _looked(texts.matching(probe.document), texts, look, probe, searched)


def _key(probe: KeyProbe, texts: Texts) -> Found:
    def look(file: SourceFile, lines: tuple[str, ...]) -> Evidence | None:
        found = find_key(lines, file.language, probe.key)
        return None if found is None else texts.seen(file, *found, f"key {probe.key}")

    return _looked(texts.matching(probe.file), texts, look, probe, f"a key `{probe.key}` in `{probe.file}`")


def _text(probe: TextProbe, texts: Texts) -> Found:
    wanted = pattern(probe.pattern)

    def look(file: SourceFile, lines: tuple[str, ...]) -> Evidence | None:
        for number, line in enumerate(lines, start=1):
            if not line.lstrip().startswith(("#", "//", "--")) and wanted.search(line[:2000]):
                return texts.seen(file, number, number, "text found")
        return None

    searched = f"a line with {_readable(probe.pattern)} in `{probe.file}`"
    return _looked(texts.matching(probe.file), texts, look, probe, searched)


def _job(probe: JobProbe, texts: Texts) -> Found:
    jobs = [texts.seen(file, start, end, note) for file, start, end, note in find_jobs(texts.facts, probe)]
    doubts = [texts.doubts(one) for one in jobs]
    found = [one for one, doubt in zip(jobs, doubts, strict=True) if not doubt]
    asked = " and ".join(
        part
        for part in (
            f"named {_readable(probe.name)}" if probe.name else "",
            f"that runs {_readable(probe.runs)}" if probe.runs else "",
        )
        if part
    )
    doubts += [_unread(file) for file in texts.matching(probe.workflow) if _pipeline(file) and texts.broken(file)]
    return Found(tuple(found[:MAX_EVIDENCE]), f"a job {asked} in `{probe.workflow}`", tuple(filter(None, doubts)))


def _looked(files: Iterable[SourceFile], texts: Texts, look: Look, probe: BaseModel, searched: str) -> Found:
    evidence: list[Evidence] = []
    doubts: list[str] = []
    known = texts.fruitless.asked(f"{type(probe).__name__} {probe.model_dump_json()}")
    count = 0
    for file in files:
        count += 1
        seen = _look_at(file, texts, look, doubts, known)
        if seen is not None:
            evidence.append(seen)
        if len(evidence) >= MAX_EVIDENCE:
            break
    number = "1 file" if count == 1 else f"{count or 'no'} files"
    return Found(tuple(evidence), f"{searched} ({number} of that name)", tuple(doubts))


def _look_at(file: SourceFile, texts: Texts, look: Look, doubts: list[str], known: Asked) -> Evidence | None:
    mark = texts.fruitless.mark(file)
    if mark in known.known:
        known.next.add(mark)
        return None
    lines = texts.read(file)
    if lines is None:
        doubts.append(_unread(file))
        return None
    try:
        seen = look(file, lines)
    except ParseFailure:
        doubts.append(_unread(file))
        return None
    if seen is None:
        known.next.add(mark)
        return None
    doubt = texts.doubts(seen)
    if not doubt:
        return seen
    doubts.append(doubt)
    return None


def _unread(file: SourceFile) -> str:
    return f"{file.path} could not be judged"


def _pipeline(file: SourceFile) -> bool:
    return file.language is Language.YAML and (file.path.startswith(".github/workflows/") or "gitlab-ci" in file.name)


def _last(lines: tuple[str, ...]) -> int:
    return max((number for number, line in enumerate(lines, start=1) if line.strip()), default=1)


def _readable(expression: str) -> str:
    """An expression as a reader of a certificate sees it: without its flags and word ends, and not too long."""
    plain = expression.replace("(?i)", "").replace("\\b", "").replace("(?:", "(")
    shown = plain.replace("`", "'")
    return f"`{shown}`" if len(shown) <= MAX_EXPRESSION else f"`{shown[:MAX_EXPRESSION]}`..."
