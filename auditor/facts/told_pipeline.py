"""What a document says of the project's pipelines: the tools and stages that its lists and diagrams name, what an event brings about, the secrets it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.document_lines import DocumentLine, titled_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.vocabulary import matches, words
from auditor.model.source import Language

__all__ = ["PARSER", "Stage", "ToldPipeline", "ToldSecret", "ToldStage", "ToldTool"]


class Stage(StrEnum):
    """What a stage of a pipeline does."""

    DEPLOY = "deploy"
    RELEASE = "release"
    PUSH = "push"
    SMOKE = "smoke"
    NOTIFY = "notify"
    ROLLBACK = "rollback"
    PLATFORMS = "platforms"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTool:
    """A tool that a pipeline is said to run, in small letters, and its line."""

    line: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStage:
    """A stage that a pipeline is said to have; `text` is how it is called, `promised` where an event is said to bring it about."""

    line: int
    stage: Stage
    text: str
    promised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSecret:
    """A secret that has to be set for the pipelines, its line, and the title that it stands under."""

    line: int
    name: str
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPipeline(Fact):
    """What one document says, each by line."""

    kind: ClassVar[str] = "told-pipeline"
    tools: tuple[ToldTool, ...]
    stages: tuple[ToldStage, ...]
    secrets: tuple[ToldSecret, ...]


_PIPELINE = pattern(
    r"(?i)\bci ?[/&-] ?cd\b|\bci\b|\bcontinuous (?:integration|delivery|deployment)\b|\bgithub actions?\b|\bgitlab\b|\bpipelines?\b|\bworkflows?\b|\bautomated deployments?\b"
)
_OF_OTHER_KIND = pattern(
    r"(?i)\b(?:data|ml|ai|training|processing|inference|render\w*|ingest\w*|etl|trading|agents?|user|review|contribut\w*|develop(?:ment|er)|git|feature|prompt|audio|video|nlp|rag|model|execution|order|"
    r"decision|signal|business|search|analytics|message|event|request|content|local|team|daily|approval|document\w*|orchestrat\w*|langgraph|temporal|n8n)\b"
)
_LATER = pattern(
    r"(?i)\b(?:planned|future|todo|to do|roadmap|recommend\w*|proposed?|proposal|examples?|next steps?|improvements?|missing|gaps?|optional|suggest\w*|should|templates?|how to|custom\w*|choose|alternatives?|supported|before|old|wanted|add|phase|week|day \d)\b"
)
_LISTED = pattern(r"^[ \t>]*(?:[-*+\x{2022}]|\d+[.)])[ \t]+")
_PLAIN = frozenset({"code", "text", "txt", "plaintext", "mermaid", "ascii", "plain"})
_BETWEEN = pattern(r"[\x{2500}-\x{257f}\x{25a0}-\x{25ff}|\x{2190}-\x{21ff}]+|-{1,3}>|={1,3}>|\]\s*|\[")
_DECORATION = " \t-*+\u2022`_:\"'()0123456789.[]{}<>#"
_STAGES: tuple[tuple[Stage, str], ...] = (
    (Stage.SMOKE, r"(?:post-?deploy(?:ment)? )?smoke[ -]tests?(?:ing)?"),
    (Stage.DEPLOY, r"(?:auto(?:matic(?:ally)?)?[ -])?deploy(?:ment|s|ing)?(?: to)?(?: (?:the )?(?:prod(?:uction)?|staging|stage|dev(?:elopment)?|kubernetes|k8s|aws|cloud|server|cluster))*(?: environments?)?"),
    (Stage.NOTIFY, r"(?:slack |discord |teams |e-?mail |send )?notif(?:ications?|y)(?: (?:the )?(?:team|slack|discord|teams))?"),
    (Stage.PLATFORMS, r"multi-?(?:arch(?:itecture)?|platform)(?: (?:builds?|images?))?"),
    (Stage.PUSH, r"push(?: (?:the )?(?:docker |container )?images?)?(?: to (?:the )?(?:container |docker )?(?:registry|ghcr|docker ?hub|ecr|gcr|acr))?"),
    (Stage.ROLLBACK, r"(?:automat(?:ic|ed) )?roll-?back(?: on failure)?"),
    (Stage.RELEASE, r"(?:create|publish|tag|github)(?: (?:a|the))?(?: github)? releases?"),
)  # fmt: skip
_ANY_STAGE = tuple((stage, pattern(rf"(?i)^(?:{expression})$")) for stage, expression in _STAGES)
_PROMISE = pattern(
    r"(?i)\b(?:push(?:e[sd])?|pushing|merg(?:e[sd]?|ing)|commit(?:s|ted)?|tags?|tagging|dispatch)\b[^.;]{0,40}?(?:\x{2192}|->|=>|\x{279c}|\x{27a1}|:|\btriggers?\b|\bautomatically\b|\bwill\b|\bstarts?\b)[^.;]{0,40}?\b(deploy(?:s|ed|ment|ments)?|releases?|publish(?:es|ed)?)\b"
)
_SECRETS = pattern(
    r"(?i)\b(?:required|github|repository|repo|actions|ci|ci/cd|pipeline|workflow|gitlab|deployment)\b.{0,20}\b(?:secrets?|variables)\b|^\W*secrets? (?:required|needed|to (?:set|add|configure))\b|\badd (?:these |the following )?secrets\b"
)
_SECRET = pattern(
    r"^[ \t>|]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?:\[.\][ \t]+)?[*_`\"]{0,3}([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[*_`\"]{0,3}[ \t]*(?:$|[|:=#(,\x{2014}\x{2013}]|-[ \t])"
)
_SET = pattern(r"\bgh secret set[ \t]+[\"']?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)")
_LONGEST = 400
_FEW_WORDS = 7


def _parse(source: Source) -> ToldPipeline | None:
    if not _PIPELINE.search(source.text) and "ecret" not in source.text:
        return None
    tools: list[ToldTool] = []
    stages: list[ToldStage] = []
    secrets: list[ToldSecret] = []
    for line, titles in titled_lines(source.lines):
        if len(line.text) > _LONGEST:
            continue
        secrets.extend(_secrets(line, titles))
        if _is_of_pipelines(titles) and not matches("negated", line.text):
            tools.extend(_tools(line))
            stages.extend(_stages(line))
    if not (tools or stages or secrets):
        return None
    return ToldPipeline(tools=tuple(tools), stages=tuple(stages), secrets=tuple(secrets))


def _is_of_pipelines(titles: tuple[str, ...]) -> bool:
    if any(_LATER.search(one) for one in titles):
        return False
    return any(_PIPELINE.search(one) and not _OF_OTHER_KIND.search(one) for one in titles)


def _is_listed(line: DocumentLine) -> bool:
    return line.fence in _PLAIN or bool(not line.fence and (line.header or _LISTED.match(line.text)))


def _tools(line: DocumentLine) -> Iterator[ToldTool]:
    if _is_listed(line):
        found = dict.fromkeys(match.group().lower() for match in words("tools").finditer(line.text))
        yield from (ToldTool(line=line.number, name=name) for name in found)


def _stages(line: DocumentLine) -> Iterator[ToldStage]:
    promise = _PROMISE.search(line.text) if not line.fence else None
    if promise:
        stage = Stage.DEPLOY if "deploy" in line.text[promise.start() :].lower() else Stage.RELEASE
        yield ToldStage(line=line.number, stage=stage, text=promise.group(1), promised=True)
    elif _is_listed(line):
        for part in _BETWEEN.sub("\0", line.text).split("\0"):
            text = part.strip(_DECORATION)
            if text and text.count(" ") < _FEW_WORDS:
                yield from (
                    ToldStage(line=line.number, stage=one, text=text) for one, form in _ANY_STAGE if form.search(text)
                )


def _secrets(line: DocumentLine, titles: tuple[str, ...]) -> Iterator[ToldSecret]:
    title = titles[-1] if titles else ""
    match = (
        _SECRET.match(line.text) if _SECRETS.search(title) and not any(_LATER.search(one) for one in titles) else None
    )
    told = match or (_SET.search(line.text) if "gh secret" in line.text else None)
    if told:
        yield ToldSecret(line=line.number, name=told.group(1), heading=title)


PARSER = Parser(fact=ToldPipeline, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
