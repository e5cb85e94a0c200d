"""The words by which comments give unfinished work away: one bounded vocabulary, each entry with its reason."""

from __future__ import annotations

import re

from auditor.facts.admissions import ADMISSIONS, Phrase
from auditor.facts.pattern import Match, pattern

__all__ = ["PHRASES", "TRIGGERS", "Phrase", "marker_in", "phrase_in"]


PHRASES = (
    Phrase(
        expression=r"(?i)\bin (?:a |an )?(?:real|production|prod|actual)(?:[ -](?:world|life|production|implementation|system|deployment|environment|application|app|scenario|setup|code|version))*,? (?:this|it|that|we|you|one|these|they)(?:'d| would| should| could| will need| must| might)\b",
        admits="what production would need is described, not done",
        words=("in production", "in prod", "in a real", "in a production", "in real", "in an actual", "in actual"),
    ),
    Phrase(
        expression=r"(?i)\bin (?:a |an )?(?:real|production|prod)(?:[ -](?:world|production|implementation|system|deployment|environment|application|app))*, (?:use|replace|load|fetch|connect|integrate|implement|call|query|read|store|send|get|would|should)\b",
        admits="what production would need is described, not done",
        words=("in production", "in prod", "in a real", "in a production", "in real"),
        docstrings=False,
    ),
    Phrase(
        expression=r"(?i)\bin (?:a |an )?(?:real|production|prod)(?:[ -](?:world|production|implementation|system|deployment|environment|application|app))*: ?(?:use|replace|load|fetch|connect|integrate|implement|call|query|read|store|send|get|would|should)\b|^production (?:version |code |system |deployment )?would\b",
        admits="what production would need is described, not done",
        words=("in production", "in prod", "in a real", "in a production", "in real", "production "),
        docstrings=False,
    ),
    Phrase(
        expression=r"(?i)^(?:this|it|here,? (?:we|you)|normally,? (?:this|we|you)|we|you)(?:'d| would) (?:normally |typically |actually |really |then )?(?:call|query|send|fetch|connect to|integrate|invoke|trigger|publish|post to|upload|deploy|notify|be replaced|be implemented|use (?:a |an |the )?(?:real|actual|proper))\b|\bwould (?:go|be (?:implemented|integrated|wired)) here\b",
        admits="what the code would do is described, not done",
        words=("would", "'d "),
        docstrings=False,
    ),
    Phrase(
        expression=r"(?i)\b(?:simplified|simulated|mocked|faked|hard-?coded|shortened|disabled|skipped) (?:here )?for (?:the |this )?(?:demo|demonstration|example|prototype|poc|mvp)\b|\bfor (?:the )?demo(?:nstration)? purposes?\b",
        admits="it was made to be shown, not to be used",
        words=("demo", "for this example", "for the example", "prototype", "poc", "mvp"),
    ),
    Phrase(
        expression=r"(?i)\b(?:this|it|these|which) would (?:be (?:enhanced|improved|extended|expanded|replaced)\b|need (?:an? |the )?(?:actual|real|proper)\b)|^would be (?:enhanced|improved|extended|expanded|replaced|implemented) (?:with|by|to)\b",
        admits="what the code would need is described, not done",
        words=("would be ", "would need"),
        docstrings=False,
    ),
    Phrase(
        expression=r"(?i)\b(?:the )?same as (?:the )?\w+(?: \w+){0,2} for now\b|^@?#? ?add (?:other|more|further|your|actual|real) \w+(?: \w+){0,2} here\b|"
        r"^@?#? ?(?:add|put|insert|place) (?:\w+ ){0,4}(?:logic|code|commands?|steps?|integration|implementation|notifications?|handling|checks?) here\b|"
        r"\badditional \w+(?: \w+){0,3} (?:can|could|may|should) be added here\b",
        admits="the work itself is left out",
        words=("for now", " here"),
        unless=r"(?i)\b(?:details|rules|settings|options|values|config|configuration|plugins|entries|overrides) here\b",
    ),
    Phrase(
        expression=r"(?i)^assum(?:e|es|ed|ing) (?:it |that |everything |all |the |we |they )*(?:\w+ )?(?:is |are |was |were |has |have )?(?:success|successful|healthy|succeeded|passed|passing|ok|operational|up and running)(?:[.,;)]|$| for| until| since| here)",
        admits="a result is assumed instead of found out",
        words=("assum",),
        docstrings=False,
    ),
    Phrase(
        expression=r"(?i)\b(?:real|actual|production|proper|full) (?:implementation|version|deployment|system|integration) (?:would|should|could|will|goes|needs|here)\b",
        admits="the implementation is named as something still to come",
        words=(
            "implementation",
            "version would",
            "deployment would",
            "system would",
            "integration",
            "version should",
            "goes",
        ),
    ),
    Phrase(
        expression=r"(?i)\bwould (?:then |also |normally )?(?:implement|initiali[sz]e|test|check|query|call|perform|execute|connect|send|run|verify|validate|load|fetch|trigger|calculate|measure|restart|switch|move|copy|store|save) (?:the |an? |all |any )?(?:actual|real|full|proper)\b|"
        r"(?:^|[(:] ?)implement (?:the )?(?:actual|real|full|proper) \w+|\bwould (?:\w+ ){1,4}in (?:production|prod)(?:[.,;)]|$)",
        admits="what the code would do is described, not done",
        words=(
            "would ",
            "implement actual",
            "implement the actual",
            "implement real",
            "implement the real",
            "implement full",
            "implement proper",
            "implement the full",
            "implement the proper",
        ),
        docstrings=False,
        unless=r"(?i)\bif\b|\botherwise\b|\bwould (?:not|never|break|fail|cause)\b",
    ),
    Phrase(
        expression=r"(?i)\b(?:replace|swap|substitute)(?: this| it| these| that)? (?:with|by|for) (?:an |a |the |your )?(?:actual|real|proper)\b",
        admits="what stands here is to be replaced by the real thing",
        words=("replace", "swap", "substitute"),
    ),
    Phrase(
        expression=r"(?i)\bfor now,? (?:we |we'll |it |this )?(?:will |just |only |simply )*(?:provide|give|set|emit|export|publish|report|supply|fill in|put)s? (?:\w+ ){0,2}(?:placeholder|dummy|mock|fake|fixed|static|default|sample|example|synthetic) \w+|\bthis would (?:interface|talk|integrate|connect|communicate) (?:with|to) (?:the |an |your )?(?:actual|real)\b",
        admits="a stand-in was chosen until the work is done",
        words=("for now", "this would"),
    ),
    Phrase(
        expression=r"(?i)\bin a (?:real|full|production) (?:implementation|test|setup|system|scenario|environment),? (?:we|this|you|it|one) (?:would|should|could|might) (?:also |then |actually |really )?(?:test|verify|check|assert|exercise|wait|mock|use|call|query|simulate|measure)\b",
        admits="what a real test would look at is described, not done",
        words=("in a real", "in a full", "in a production"),
        tests=True,
    ),
    Phrase(
        expression=r"(?i)\bfor now,? (?:we |we'll |it |this |i )?(?:will |just |only |simply )*(?:assum|simulat|mock|fak|hard-?cod|stub|return|pretend|verif|log|print|pass\b|skip|placeholder|dummy|validate and return|accept (?:all|any|every)|allow (?:all|any|every)|do nothing|ignore (?:the |this |it)|use (?:a |an )?(?:placeholder|dummy|mock|fake|fixed|static|random))",
        admits="a stand-in was chosen until the work is done",
        words=("for now",),
        tests=True,
    ),
    Phrase(
        expression=r"(?i)\b(?:assum\w+|simulat\w+|mock\w*|hard-?coded|stubbed|faked|placeholder|dummy)\b[^.]{0,40}\bfor now\b",
        admits="a stand-in was chosen until the work is done",
        words=("for now",),
        tests=True,
    ),
    Phrase(
        expression=r"(?i)^(?:this is |just |simple |temporary )?(?:a |an )?(?:placeholder(?:[:.,!-]|$| -| \(| that)|placeholders?(?::|$| -| until| for (?:now|the actual|the real|actual|real|future)| implementation| logic| data| metric| value| response| check| step))",
        admits="this stands in for something that is not there",
        words=("placeholder",),
    ),
    Phrase(
        expression=r"(?i)\(placeholder\)|\bplaceholder (?:implementation|logic|metrics?|response|credentials?|result)s?\b",
        admits="this stands in for something that is not there",
        words=("placeholder",),
    ),
    Phrase(
        expression=r"(?i)\b(?:we'll|we will|just|only|here we) simulate\b|^simulat(?:e|es|ed|ing) (?:\w+ ){0,3}(?:work|processing|delay|latency|call|response|request|traffic|deploy\w*|execution|success|result|metric|metrics|data|check|network|send\w*|email|notification|payment|database|query|migration|rollout|canary|scaling|health|api|upload|download|backup|rollback|training|inference)\b",
        admits="the effect is simulated",
        words=("simulat",),
        docstrings=False,
        unless=r"(?i)simulat\w+ (?:\w+ ){0,3}(?:fail|crash|outage|error|disaster|loss|timeout|attack|fault|rejection)",
    ),
    Phrase(
        expression=r"(?i)\b(?:mock|fake|dummy|stub) (?:implementation|data|response|result|metric|metrics|results|responses)\b",
        admits="invented data stand in for real ones",
        words=("mock ", "fake ", "dummy ", "stub "),
        docstrings=False,
        unless=r"(?i)\bfor (?:\w+ )?test(?:ing|s)\b|\b(?:after|before|between|each|every|any) (?:an? |the )?(?:mock|fake|dummy|stub)\b",
    ),
    Phrase(
        expression=r"(?i)\b(?:this is|just|only|currently|still) a stub\b|^stub(?:[:.]|$| implementation| for now)|\bstub(?:bed)? (?:out )?(?:until|for now)",
        admits="the body is a stub",
        words=("stub",),
    ),
    Phrase(
        expression=r"(?i)\bnot currently implemented\b|(?:^|: )(?:not |un)implemented\b|\bto be implemented(?: later| soon|[.)]?$)|\bneeds? (?:a |an )?(?:actual|real|proper) implementation\b|\bcoming soon\b",
        admits="the work is not done",
        words=("implemented", "real implementation", "actual implementation", "proper implementation", "coming soon"),
        docstrings=False,
        unless=r"^\w+,$",  # a member of an enumeration that is commented out
    ),
    Phrase(
        expression=r"(?i)\bnot (?:yet implemented|implemented yet)\b",
        admits="the work is not done",
        words=("implemented",),
        unless=r"(?i)\bnot (?:yet implemented|implemented yet) by\b",
    ),
    Phrase(
        expression=r"(?i)\b(?:temporar(?:y|ily)|for (?:the )?demo(?:nstration)?(?: purposes)?)[ ,:]+(?:\w+ )?(?:hard-?coded|mock\w*|fake\w*|stub\w*|simulat\w*)|\bhard-?coded (?:until|for (?:now|the demo|demo))",
        admits="what was meant to be temporary ships",
        words=("temporar", "demo", "hardcoded", "hard-coded"),
    ),
    Phrase(
        expression=r"(?i)^(?:this |it |that |these |here )?(?:value |data |metric |step |part |section |check )?(?:would|will) (?:normally |typically |ideally |later |eventually |actually |also )?be (?:calculated|computed|populated|enhanced|replaced|implemented|integrated|fetched|loaded|collected|measured|retrieved|determined|queried|performed|extended|expanded|wired|connected|tracked|initiali[sz]ed (?:properly|later|in production))\b",
        admits="what the code would do is described, not done",
        words=("would ", "will "),
        docstrings=False,
        unless=r"(?i)\b(?:otherwise|if|when|by|once|at|on|during|automatically|lazily|instead of)\b|\bin [\w.-]+/\S+",
    ),
    Phrase(
        expression=r"^Would (?:normally |typically |actually |also )?(?:need|require|update|calculate|check|run|call|query|send|fetch|get|use|be|come|parse|track|compute|load|connect|validate|verify|deploy|trigger|integrate)\b",
        admits="what the code would do is described, not done",
        words=("would ",),
        docstrings=False,
        unless=r"(?i)\bwould (?:\w+ )?be (?:fine|nice|good|better|best|great|easier|cleaner|faster|useful|possible|ideal|wrong|too)\b",
    ),
    Phrase(
        expression=r"(?i)^mock(?:ed)?(?: up)?(?:$|\s*[-:(\x{2013}\x{2014}])|\bmock(?:ed)? for now\b",
        admits="invented data stand in for real ones",
        words=("mock",),
        docstrings=False,
    ),
    Phrase(
        expression=r"(?i)^(?:\(?simplified\)?[.:]?$|(?:this is |a |very |highly |greatly |overly )*simplified (?:implementation|check|calculation|logic|probe|detection|analysis|estimate|estimation|scoring|metrics?|health|validation|verification)\b)|\bdefault (?:assumption|estimate)\b|^future\s*:\s*\S",
        admits="a simpler thing was put in the place of the work",
        words=("simplified", "default assumption", "default estimate", "future"),
        docstrings=False,
    ),
    Phrase(
        expression=r"(?i)\bin (?:a |an )?(?:real|production|practice|prod)(?:[ -](?:world|production|implementation|system|deployment|environment|application|app))*,? (?:would|should|use|would've|correlate|parse|measure|rely on|this needs|it needs)\b|\b(?:production|real) (?:code|version|system|implementation) would (?:use|call|query|read|parse|need|have|do|check|integrate|map|track)\b",
        admits="what production would need is described, not done",
        words=("in production", "in prod", "in practice", "in a real", "in a production", "production ", "real "),
        docstrings=False,
        unless=r"(?i)\b(?:only|never|not|don't|do not|like|as|used|run|when|if|while|also|even) (?:\w+ )?in (?:a |an )?(?:production|practice|prod)\b",
    ),
    Phrase(
        expression=r"(?i)\bwould need (?:to be )?(?:\w+ ){0,4}(?:for|in) (?:real )?prod(?:uction)?\b|\b(?:configure|adjust|restrict|change|tighten|lock down|replace|secure|set) (?:this |it |these |that |appropriately |properly |accordingly |correctly |to specific \w+ |the \w+ )*(?:for|in|before) (?:a )?prod(?:uction)?(?: use)?[.!)]?$",
        admits="what production needs is left for later",
        words=("prod",),
        docstrings=False,
    ),
    Phrase(
        expression=r"(?i)^(?:TODO:? ?)?(?:add|put|insert|implement|place) (?:your |the |any |actual |real |custom |more )?(?:\w+ ){1,4}(?:logic|code|implementation|handling|call|calls|check|checks|integration) here\b|(?:^|[(,:;\x{2013}\x{2014}-]\s*)(?:this )?can be (?:enhanced|extended|improved|expanded|replaced|refined)(?:[).]?$| (?:with|by|to|later|further|using|based on)\b)|^(?:additional|more|further|other|actual|real|custom) (?:\w+ ){0,3}(?:can|could|should|would|will|go|goes) (?:be added |be implemented |be done |go )?here\b",
        admits="the work itself is left out",
        words=("can be ", " here"),
        docstrings=False,
        unless=r"(?i)\b(?:cases|often|usually|sometimes|also|it|they|which|that),? can be |\bcustom rules here\b",
    ),
    Phrase(
        expression=r"(?i)\((?:very |highly |greatly |overly )?simplified(?: (?:version|for now|check|logic|implementation|approach|calculation|estimate|parser|model|simulation|\x{2013}|\x{2014}|-)[^)]{0,60})?\)|^(?:very |highly |greatly |overly )?simplified(?:[.,:;]| [\x{2013}\x{2014}-]) ?|\bthis is (?:just |only |still )?(?:a |an )(?:very |highly |greatly |quite |rather )?(?:basic|simplified|simplistic|minimal|rudimentary|naive|toy) (?:\w+ )?(?:implementation|simulation|check|calculation|heuristic|estimate|estimation|validation|version|update|approach)\b",
        admits="a simpler thing was put in the place of the work",
        words=("simplified", "this is "),
        docstrings=False,
    ),
    Phrase(
        expression=r"(?i)^(?:this|that|it|we) would (?:normally|typically|usually|ideally) \w+",
        admits="what the code would do is described, not done",
        words=("would ",),
        docstrings=False,
        tests=True,
        unless=r"(?i)would \w+ (?:be (?:called|used|run|the|a|an|in|on|done by|handled|set|too)|mean|indicate|cause|result|raise|fail|happen|imply|have been|not)\b|\b(?:but|so|because|however|unless|except)\b",
    ),
    *ADMISSIONS,
)
"""Ordered from the most telling to the least: the first that matches speaks for the comment."""

_WORDS = frozenset(word for phrase in PHRASES for word in phrase.words)
_ANY_WORD = pattern("|".join(re.escape(word) for word in sorted(_WORDS)))
"""Most comments hold none of the words: one search tells it."""
_MARKERS = ("TODO", "FIXME", "XXX", "HACK", "TBD", "WIP")
_AT_START = pattern(r"^[\s*#/@\-\[(<!.]*(TODO|FIXME|XXX|HACK|TBD|WIP)(?:$|[\s:(\])!,.>]+(\S*))")
_WITH_SIGN = pattern(r"(?:^|[\s(\[{,;@])(TODO|FIXME|XXX|HACK|TBD|WIP)(?::(?:\s|$)|\([\w@.,# /-]+\)|\])")
_PAGE_MARK = pattern(r"(?i)^@todo\b|^\.\. todo::")
_PROSE = frozenset(
    {
        "and", "api", "app", "application", "apps", "are", "comment", "comments", "entries", "entry", "file", "files",
        "is", "item", "items", "list", "lists", "marker", "markers", "or", "page", "tag", "tags", "task", "tasks",
    },
)  # fmt: skip
"""Words after a capital TODO that make it a noun: ``TODO list``, ``TODO comments``."""

TRIGGERS = tuple(
    sorted({word.encode() for word in _WORDS} | {mark.lower().encode() for mark in _MARKERS}),
)
"""Lower-case bytes of which a file must hold one to have a comment that any rule looks for."""


def marker_in(text: str) -> str | None:
    """The marker of unfinished work that a comment line carries by convention, if any.

    The convention: the word in capitals at the beginning, or followed by a colon, a name in
    parentheses or a closing bracket. ``XXX-XXXX``, ``XXXXXX`` and ``TODO list`` are none.
    """
    if _PAGE_MARK.match(text):
        return "TODO"
    start = _AT_START.match(text)
    if start and not _is_prose(start, text):
        return start.group(1)
    signed = _WITH_SIGN.search(text)
    quoted = signed is not None and text[: signed.start()].endswith(('"', "'", "`"))
    return signed.group(1) if signed and not quoted else None


def phrase_in(text: str, *, docstring: bool, test: bool) -> tuple[Phrase, int] | None:
    """The first phrase that a comment line holds, with the position where it begins."""
    lowered = text.lower()
    if _ANY_WORD.search(lowered) is None:
        return None
    for phrase in PHRASES:
        if (docstring and not phrase.docstrings) or (test and not phrase.tests):
            continue
        if any(word in lowered for word in phrase.words):
            match = pattern(phrase.expression).search(text)
            if match and not (phrase.unless and pattern(phrase.unless).search(text)):
                return phrase, match.start()
    return None


def _is_prose(start: Match, text: str) -> bool:
    after = text[start.end(1) : start.end(1) + 1]
    return after in ("", " ") and start.group(2).lower().strip(".,:;`'\"") in _PROSE
