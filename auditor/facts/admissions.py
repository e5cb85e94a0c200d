"""Wordings by which comments admit that the work is still to be done: what production would do, and what is so "for now"."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ADMISSIONS", "Phrase"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A wording and what it admits. `words` are lower-case: a text without any of them cannot match.

    `docstrings` and `tests` tell whether the wording gives anything away there too: a docstring may well
    describe a stub or advise on production use, and test code simulates for a living. `unless` is a wording
    that means something else.
    """

    expression: str
    admits: str
    words: tuple[str, ...]
    docstrings: bool = True
    tests: bool = False
    unless: str = ""


_EARNEST = ("real", "actual", "production", "prod", "full", "complete", "true", "proper", "live")
_PLACE = (
    "(?:"
    + "|".join(_EARNEST)
    + r")(?:[ -](?:world|life|production|implementation|system|deployment|environment|application|app|scenario|"
    r"setup|set-up|code|version|use|usage|tests?|testing|product|service|project|run|execution|case|cluster|pipeline|solution|integration))*"
)
"""Where things are done in earnest."""
_IN_PLACE = r"(?:\bin (?:an? |the )?" + _PLACE + r"|(?:^|[.;(] ?|[\x{2013}\x{2014}-] )in (?:practice|reality))"
_PLACES = (
    "in practice",
    "in reality",
    *(f"in {article}{place}" for place in _EARNEST for article in ("", "a ", "an ", "the ")),
)
_DOES = (
    r"(?:actually|analy[sz]e|apply|authenticate|calculate|call|check|collect|compare|compute|configure|connect|consider|convert|correlate|"
    r"deploy|download|encrypt|execute|extract|fetch|generate|get|implement|integrate|invoke|iterate|load|look up|measure|monitor|must|need|"
    r"needs|notify|parse|perform|persist|poll|post|process|publish|query|read|record|register|replace|restore|restrict|retrieve|route|run|"
    r"save|schedule|send|set|should|sign|specify|start|stop|store|switch|sync|track|train|trigger|update|upload|use|validate|verify|wait|wire|"
    r"would|could)"
)
_ELSEWHERE = r"(?i)\b(?:if|when|only|never|not|n't|as|used|even|because|so that|otherwise) (?:\w+ )?in (?:an? )?(?:production|practice|prod|reality)\b"
_BEGINS = (
    r"(?i)^(?:note: |\()?for (?:now|the moment|the time being)[,:]? ?(?:we |we'll |we\x{2019}ll |i |i'll |it |this |it's |let's |let us )?"
    r"(?:will |just |only |simply |is |are )*"
)

ADMISSIONS = (
    Phrase(
        expression=r"(?i)" + _IN_PLACE + r"[:,] ?(?:it |we |you |this |one |they )?" + _DOES + r"\b",
        admits="what production would need is described, not done",
        words=_PLACES,
        docstrings=False,
        tests=True,
        unless=_ELSEWHERE,
    ),
    Phrase(
        expression=r"(?i)" + _IN_PLACE + r",? (?:\w+ ){0,3}(?:would|might)\b|"
        r"\bwould(?:'ve| have)? (?:\w+ ){1,8}in (?:an? |the )?" + _PLACE + r"[.)]?$",
        admits="what production would need is described, not done",
        words=_PLACES,
        docstrings=False,
        tests=True,
        unless=r"(?i)\b(?:if|when|only|never|not|as|used|run|even|because|so that|otherwise)\b|n't\b",
    ),
    Phrase(
        expression=r"(?i)\((?:this |it |that )?would (?:\w+ ){0,2}(?:come|need|use|integrate|implement|call|query|check|verify|read|fetch|load|"
        r"connect|contain|send|have|look|validate|retrieve|store|upload|be (?:implemented|replaced|integrated|fetched|loaded|done|calculated|"
        r"populated|provided|fully|injected|wired|connected|computed|measured))\b",
        admits="what the code would do is described, not done",
        words=("(would", "(this would", "(it would", "(that would"),
        docstrings=False,
        unless=r"(?i)\botherwise\b|\bif\b",
    ),
    Phrase(
        expression=r"(?i)^(?:this|these|it) would (?:normally |typically |usually |also |then |actually )?(?:analy[sz]e|use|check|contain|implement|integrate|"
        r"read|track|preload|export|convert|update|query|call|fetch|retrieve|load|look up|come|generate|calculate|compute|compare|test|send|"
        r"trigger|delete|restore|deploy|connect|parse|execute|run|perform|validate|verify|involve|interface|include|be (?:calculated|"
        r"populated|your|customi[sz]ed|used with|replaced|loaded|fetched|stored|implemented|based|expanded|(?:an? |the )?(?:real|actual)))\b",
        admits="what the code would do is described, not done",
        words=("this would", "these would", "it would"),
        docstrings=False,
        unless=r"(?i)\b(?:otherwise|if|when|but|so|because|however|unless|except|error|raise|fail|crash|break|mean|infinite|only work|never|twice|instead of)\b",
    ),
    Phrase(
        expression=r"(?i)^(?:(?:the |a |an )?(?:real|actual|full|proper|concrete|mock|complete|production|specific) )?(?:implementation|version|logic|code|integration) "
        r"(?:here )?would\b|\b(?:implementation|logic|code) (?:would|will|should) (?:go|be (?:added|placed|implemented|inserted)|come|live) here\b",
        admits="the implementation is named as something still to come",
        words=(
            *(
                f"{what} {then}"
                for what in ("implementation", "version", "logic", "code", "integration")
                for then in ("would", "here")
            ),
            " here",
        ),
        docstrings=False,
        unless=r"(?i)\b(?:otherwise|if|when|but|so|because|break|fail|be (?:slow|too|nice|simpler|better))\b",
    ),
    Phrase(
        expression=_BEGINS
        + r"(?:(?:creat|generat|treat|us|provid|includ|calculat|estimat|determin|initiali[sz]|updat|continu|approximat|analy[sz]|trigger|"
        r"demonstrat|show|test|check|return|extract|report|implement|default|rely|rel|fall|auto-?\w+|mark|accept|allow|approv|simulat|"
        r"hard-?cod|clear|query|measur|record|evaluat|comput|redirect|print|log)(?:s|es|ed|e|ing|ying|ies)?|basic|simple|a placeholder|"
        r"placeholder|dummy|mock|in-memory)\b",
        admits="a stand-in was chosen until the work is done",
        words=("for now", "for the moment", "for the time being"),
        docstrings=False,
        tests=True,
        unless=r"(?i)\bonly (?:store|support|track|used)|https?://|#\d|\bissue\b|\bupstream\b|\bbackwards?\b|\b(?:is|are) included\b",
    ),
    Phrase(
        expression=r"(?i)^(?:return|default(?:s|ing)?(?: to)?|mark(?:ed)?|allow|approve|trust|pass|grant|permit)\b(?: \w+){1,4} for (?:now|the moment|the time being)\b|"
        r"\((?:in[- ]memory|simple|basic|naive|hard-?coded|fixed|static|constant|local|manual|mocked|faked|disabled|stubbed)[\w -]{0,40} for now\)",
        admits="a stand-in was chosen until the work is done",
        words=("for now", "for the moment", "for the time being"),
        docstrings=False,
    ),
    Phrase(
        expression=r"(?i)\b(?:in[- ]memory|simple|basic|naive|local|toy|minimal|mock\w*|fake|hard-?coded|random|static|fixed|self-signed|sample|dummy|temporary)\b"
        r"[^.;]{0,60}[(,;\x{2013}\x{2014}-] ?(?:would |should |to |must |can |will )?(?:be )?(?:use|replaced?|swap|override|overridden|change|migrate|move|"
        r"upgrade|needs?|require|persist|store|read|load|fetch|come|connect|integrate)\b[^.;]{0,60}\b(?:in|for|before) (?:a |an |the )?(?:real |actual )?"
        r"(?:prod|production|live|go-?live)\b",
        admits="what stands here is to be replaced by the real thing",
        words=("prod", "in live", "for live", "before live", "go-live", "golive"),
        docstrings=False,
    ),
)
"""As `auditor.facts.comment_words.PHRASES`, which they follow."""
