"""Which files, modules and images a file names outside its comments: what may run or load what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "Mention", "PathMentions"]

_LANGUAGES = frozenset(
    {
        Language.PYTHON, Language.SHELL, Language.YAML, Language.MAKEFILE, Language.DOCKERFILE, Language.TOML,
        Language.INI, Language.TEXT, Language.HCL, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.GO,
        Language.JAVA, Language.RUST, Language.ENV, Language.TSX,
    }
)  # fmt: skip
_PATH = pattern(
    r"[A-Za-z0-9_.$\{\}/@*-]*[A-Za-z0-9_*-]\."
    r"(?:sh|bash|bats|py|js|mjs|cjs|ts|tsx|ya?ml|json|toml|rb|pl|sql|service|timer|conf|cfg|ini|go|mk|ps1|rules|j2|html|log|txt|env|csv|md|lock|pid|db|sqlite|xml|baseline|gz|tar|zip|pem|crt|key|whl|jsonl|parquet|pkl|out)\b"
)
_LOOSE = pattern(r"(?:^|[\s\"'=:(])((?:\.{0,2}/)?(?:scripts?|bin|tools|deploy|ops|hack|ci|infra)/[A-Za-z0-9_./-]+)")
_MODULE = pattern(
    r"(?:python[0-9.]*\"?,?\s+(?:-[A-Za-z]\s+)*\"?-m\"?,?\s+\"?|uvicorn\s+|gunicorn\s+(?:-\S+\s+\S+\s+)*|celery\s+-A\s+)([A-Za-z_][\w.]*)"
)
_STARTERS = ("python", "unicorn", "celery")
_IMAGES = "image:"
_IMAGE = pattern(r"(?:^|\s|-)image:\s*[\"']?([A-Za-z0-9_./:@-]+)")
_WORD = pattern(r"[\"'/=]([A-Za-z0-9_-]{2,30})(?:[\"'/\s]|$)")
_MOST = 5_000


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A path or dotted module as written, and its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PathMentions(Fact):
    """What one file names, comments left out; at most 5,000 of each kind.

    `words` are what may be the names of folders: quoted, assigned, or between slashes.
    """

    kind: ClassVar[str] = "path-mentions"
    paths: tuple[Mention, ...]
    modules: tuple[Mention, ...]
    images: tuple[str, ...]
    words: frozenset[str]


def _accepts(file: SourceFile) -> bool:
    return file.language in _LANGUAGES or file.name in ("package.json", "composer.json")


def _parse(source: Source) -> PathMentions | None:
    paths, modules, images = _found(source)
    if not (paths or modules or images):
        return None
    return PathMentions(
        paths=_unique(paths), modules=_unique(modules), images=tuple(dict.fromkeys(images)), words=_words(source.text)
    )


def _found(source: Source) -> tuple[list[Mention], list[Mention], list[str]]:
    """What the lines name, up to that on which the paths become too many."""
    text = source.joined
    loose = "/" in text and _LOOSE.in_lines(text)
    named = [word for word in (*_STARTERS, _IMAGES) if word in text]
    by_line = _in_text(text) if "." in text else {}
    if not loose and not named and sum(map(len, by_line.values())) <= _MOST:
        return [Mention(path, number) for number in by_line for path in by_line[number]], [], []
    paths: list[Mention] = []
    modules: list[Mention] = []
    images: list[str] = []
    for number, line in enumerate(source.lines, 1):
        if len(paths) > _MOST:
            break
        paths += [Mention(path, number) for path in by_line.get(number, ())]
        # What a match cannot do without is looked for first: most lines have none of it.
        looked = [word for word in named if word in line]
        if (not looked and not (loose and "/" in line)) or _is_comment(line):
            continue
        if loose and "/" in line:
            paths.extend(Mention(match.group(1), number) for match in _LOOSE.finditer(line))
        if any(word != _IMAGES for word in looked):
            modules.extend(Mention(match.group(1), number) for match in _MODULE.finditer(line))
        if _IMAGES in looked:
            images.extend(match.group(1) for match in _IMAGE.finditer(line))
    return paths, modules, images


def _in_text(text: str) -> dict[int, list[str]]:
    """The paths by line, asked of the whole text at once: none of them reaches over the end of a line."""
    found: dict[int, list[str]] = {}
    number, begin, end = 1, 0, -1
    comment = False
    for match in _PATH.finditer(text):
        start = match.start()
        if start > end:
            number += text.count("\n", begin, start)
            begin = text.rfind("\n", 0, start) + 1
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            comment = _is_comment(text[begin : start + 2])
        if not comment:
            found.setdefault(number, []).append(match.group())
    return found


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("#", "//", "* "))


def _words(text: str) -> frozenset[str]:
    different = "\n".join(dict.fromkeys(text.split()))  # a word stands between blanks or beside a sign: most come again
    return frozenset(match.group(1) for match, _ in zip(_WORD.finditer(different), range(_MOST), strict=False))


def _unique(mentions: list[Mention]) -> tuple[Mention, ...]:
    """Each text once, at its first line."""
    first: dict[str, Mention] = {}
    for mention in mentions[:_MOST]:
        first.setdefault(mention.text, mention)
    return tuple(first.values())


PARSER = Parser(fact=PathMentions, accepts=_accepts, parse=_parse)
