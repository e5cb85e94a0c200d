"""Values that stand for a value: what somebody was to replace in a setting, and did not."""

from __future__ import annotations

import ast
from functools import lru_cache

from auditor.facts.pattern import Match, pattern
from auditor.facts.python_prose import prose_lines
from auditor.facts.python_syntax import subtree
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["may_stand_in", "stand_in"]

_SETTING = pattern(
    r"(?i)^[ \t]*(?:export[ \t]+|-[ \t]+|ENV[ \t]+|ARG[ \t]+)?[\"']?(\.?[a-z_][\w.\-/]*)[\"']?(?:[ \t]*:[ \t]*[a-z][\w.\[\]]*)?[ \t]*[:=][ \t]*[\"']?"
    r"(?:change[_\-]?(?:me|this|it)(?:[_\-]\w+)*|replace[_\-]?(?:me|this|with|by)(?:[_\-][\w\-]+)*|(?:insert|enter|put|add)[_\-]your[_\-][\w\-]+|insert[_\-][\w\-]+[_\-]here|"
    r"<(?:your|insert|replace|enter|change|fill|todo|tbd)[^<>\n]{0,60}>|your[_\-][\w\-]+[_\-]here|(?:sk-)?your[_\-](?:api|secret|access|auth|private|password|token|key|client|project|account)[\w\-]*|"
    r"your[_\-][\w\-]*(?:[_\-]|\b)(?:id|sid|key|secret|token|password|passwd|username|account|project|tenant|phone|webhook|dsn|org|organi[sz]ation|registry|bucket)|"
    r"placeholder(?:[_\-](?:\w+[_\-])*(?:key|token|secret|password|url|value|id|here))?|"
    r"x{6,}|(?-i:TBD|TODO|FIXME)(?: ?[-\x{2013}\x{2014}:(] ?[^\"'{}#]{0,60})?|(?-i:[A-Z][A-Z0-9_]{2,40}_PLACEHOLDER|PLACEHOLDER_[A-Z0-9_]{2,40})|"
    r"(?:c[a\x{e1}]mbi(?:ar|ame|alo|a)|reempla[zc]ar?|sustituir|changez?|remplacer|[a\x{e4}]ndern|aendern|ersetzen|substituir|trocar|alterar|mudar|cambiare|cambiami|sostituire|wijzigen|vervangen|zmien)"
    r"(?:[_\-](?:por|esto|este|esta|en|antes|aqui|moi|ceci|par|avant|mich|durch|bitte|vor|este|isto|para|questo|con|dit|door|to|me|this)[\w\-]*)|fill[_\-]me[_\-]in|to[_\-]be[_\-](?:filled|set|replaced)|[\w.+/=\-]{0,200}(?:replace|change|set|fill)[_\-](?:me[_\-]|this[_\-])?(?:in|before|for)[_\-](?:prod|production|deploy\w*|go[_\-]?live)[\w.\-]*|dummy[_\-](?:key|token|secret|password))[\"']?[ \t]*[,;]?[ \t]*(?:#.*)?$",
)
_NAMED = (
    r"[\"']?([\w.\-]*(?:key|token|secret|password|passwd|webhook|webhook_url|receiver|api_url|dsn|credentials?))[\"']?"
)
_STAND_IN = (
    r"((?:your|insert|enter)[_\-][a-z0-9_\-]*(?:key|token|secret|password|webhook|dsn|here)[a-z0-9_\-]*|<[^<>\"'\n=]{1,60}>|x{3,}|change[_\-]?me|"
    r"replace[_\-]?me|[sp]k_(?:test|live)_(?:x{3,}|your[\w\-]*|\.{3})|"
    r"https://hooks\.slack\.com/services/(?:x{3,}|t?0{3,}|t0{2,}/b0{2,}|your|replace|insert|<|\.\.\.)[^\"'\s]*)"
)
_QUOTED = pattern(r"(?i)" + _NAMED + r"\s*(?::\s*[a-z][\w.\[\]| ]*)?[:=]\s*[\"']" + _STAND_IN + r"[\"']")
_BARE = pattern(r"(?i)^[ \t]*(?:-[ \t]+)?" + _NAMED + r"[ \t]*[:=][ \t]*[\"']?" + _STAND_IN + r"[\"']?[ \t]*(?:#.*)?$")
_FALLBACK = pattern(
    r"(?i)(?:getenv|environ\.get)\(\s*[\"'](\w+)[\"']\s*(?:,\s*|\)\s*or\s+)[\"']" + _STAND_IN + r"[\"']"
)
_IN_URL = pattern(
    r"(?i)^[ \t]*(?:export[ \t]+|-[ \t]+)?[\"']?([a-z_][\w.\-]*)[\"']?[ \t]*[:=][ \t]*[\"']?[a-z][a-z0-9+.\-]*://[^\s:/@\"']*:"
    r"(?:change[_\-]?(?:me|this)\w*|replace[_\-]?me\w*|your[_\-]?\w*password\w*|<[^<>\s]+>)@"
)
"""An address whose password is to be filled in."""
_DEFAULT = pattern(
    r"(?i)\$\{(\w*(?:key|token|secret|password|passwd|credentials?))\w*:?-(?:change[_\-]?(?:me|this)|replace[_\-]?(?:me|this)|your[_\-])[\w\-]*\}"
)
"""What is substituted where nothing is given, and is to be given."""
_ACCOUNT = pattern(
    r"(?i)([\w.\-/]+)[\"']?[ \t]*[:=][ \t]*[\"']?arn:aws[\w\-]*:[\w\-]*:[\w\-]*:(?:(?:your|my)?[_\-]?(?:aws)?[_\-]?account[_\-]?(?:id)?|<[^<>:]+>|x{12}|123456789012|000000000000):"
)
"""An ARN of no account: a word in its place, or the number of AWS's own documentation."""
_MADE_UP = pattern(
    r"(?i)^[ \t]*(?:-[ \t]+)?(?:export[ \t]+)?[\"']?([\w.\-]+)[\"']?[ \t]*[:=][ \t]*[\"']?(?:(?:ami|sg|subnet|vpc|vol|eni|rtb|igw|acl|fs)-(?:0{8,17}|12345678\w{0,9}|x{6,17}|abc(?:def)?123\w{0,9})|(?:123456789012|000000000000)\.dkr\.ecr\.[^\s\"']*)[\"']?[ \t]*,?[ \t]*(?:#.*)?$"
)
"""An image, a network or a registry of AWS that nobody has."""
_UPPER = pattern(
    r"[\"'{,][ \t]{0,8}[\"']([A-Za-z_][\w.\-]{0,60})[\"'][ \t]*:[ \t]*[\"'](?:(?:REPLACE|CHANGE|FILL|SET)[_\-](?:ME|WITH|THIS|BY|IN)(?:[_\-][A-Z0-9]+){0,6}|INSERT[_\-][A-Z0-9_\-]{2,40}|YOUR[_\-][A-Z0-9_\-]{2,40})[\"']"
)
"""A value in capitals that says what is to be put in its place, anywhere in a line of JSON."""
_OWN_NAME = pattern(
    r"^[ \t]*(?:-[ \t]+)?[\"']?([A-Za-z][\w.\-]{2,40})[\"']?[ \t]*:[ \t]*[\"']?(?-i:([A-Z][A-Z0-9]*(?:_[A-Z0-9]+){0,4}_(?:ID|UID|UUID|ARN|HERE|DOMAIN|HOSTNAME|PHONE|EMAIL)))[\"']?[ \t]*(?:#.*)?$"
)
"""``pager: PAGER_SERVICE_ID``: the name of the value that is wanted, in its place."""
_HOST_NAME = pattern(
    r"(?i)^[ \t]*(?:-[ \t]+)?[\"']?([\w.\-]*(?:host|hostname|domain|url|uri|endpoint|server|address|fqdn))[\"']?[ \t]*[:=][ \t]*[\"']?(?:[a-z]+://)?(?:[\w\-]+\.){0,4}(?:change-?me|replace-?me|fill-?me-?in|todo|tbd|fixme|xxx+)(?:\.[a-z]{2,10}){1,2}(?:[/:\"'\s]|$)"
)
"""A host with a word in it that is to be replaced: ``host: shop.change-me.io``."""
_PATH_PART = pattern(
    r"https?://[^\s\"'<>$/]{3,100}(?:/[^\s\"'<>/$]{1,60}){0,6}/((?-i:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+){0,3}_(?:ID|UID|UUID|KEY|TOKEN|HERE|NAME|SLUG)))(?:[/?\"'\s]|$)"
)
"""An address of which one part only says what belongs there."""
_OTHERS = (_BARE, _QUOTED, _IN_URL, _DEFAULT, _ACCOUNT, _MADE_UP, _UPPER, _HOST_NAME, _PATH_PART)
_ID_WORDS = pattern(
    r"(?i)name|key|env|var|field|column|header|property|param|type|kind|action|event|enum|label|const|attribute|source|secret|ref"
)
"""Names of settings whose value may well be the name of something."""
_IN_PYTHON, *_ELSEWHERE = (
    pattern("|".join(f"(?:{one.expression})" for one in some))
    for some in ((_SETTING, _QUOTED, _FALLBACK), (_SETTING, _BARE, _QUOTED), _OTHERS[2:6], (*_OTHERS[6:], _OWN_NAME))
)
"""What is searched once in a whole file; elsewhere in parts, since one automaton of all would not fit into its memory."""
_PROGRAMS = frozenset({Language.PYTHON, Language.SHELL})
_TOKEN = pattern(r"[A-Z0-9]_PLACEHOLDER\b|\bPLACEHOLDER_[A-Z]")
"""What a program looks for to put something in its place."""
_LONGEST = 400
"""Characters of a line that are looked at."""


def may_stand_in(source: Source) -> bool:
    """Whether one search over the file says that a line is worth a look; where lines are cut off, their ends are not known."""
    worth = (_IN_PYTHON,) if source.file.language is Language.PYTHON else _ELSEWHERE
    return any(one.in_lines(source.joined) for one in worth) or max(map(len, source.lines)) > _LONGEST


def stand_in(source: Source, number: int, line: str) -> Match | None:
    """The setting (group 1) of a line whose value is to be filled in; None where there is none."""
    cut = line[:_LONGEST]
    return _setting(source, number, cut) or _secret_stand_in(source, number, cut)


def _setting(source: Source, number: int, line: str) -> Match | None:
    found = _SETTING.match(line)
    if found is not None and source.file.language is Language.PYTHON and number in prose_lines(source):
        return None  # an example for who reads the docstring
    argument = found is not None and found.group(1) == "default" and source.file.language is Language.PYTHON
    token = found is not None and source.file.language in _PROGRAMS and _TOKEN.search(line) is not None
    if found is None and source.file.language is Language.YAML:
        return _own_name(source, line)
    return None if argument or token else found  # ``default="TODO"``: what a program writes where nothing is given


def _own_name(source: Source, line: str) -> Match | None:
    """A setting of YAML whose value is a name in capitals that says its own name again, and stands nowhere else in the file."""
    found = _OWN_NAME.match(line)
    if found is None or _ID_WORDS.search(found.group(1)) or source.text.count(found.group(2)) > 1:
        return None
    named, words = found.group(1).lower().replace("-", "_"), found.group(2).lower().split("_")
    return found if any(word in words for word in named.split("_")) else None


def _secret_stand_in(source: Source, number: int, line: str) -> Match | None:
    """A secret, anywhere in the line of a program or configuration, whose value is to be filled in."""
    if source.file.language is not Language.PYTHON:
        if line.lstrip().startswith("#"):
            return None  # a section that is switched off, with what would have to be filled in
        return next((found for one in _OTHERS if (found := one.search(line))), None)
    found = _QUOTED.search(line) or _FALLBACK.search(line)
    if found is None or number in prose_lines(source):
        return None
    return found if found.group(2) in _texts(source).get(number, ()) else None


@lru_cache(maxsize=2)
def _texts(source: Source) -> dict[int, set[str]]:
    """The whole texts that stand on each line of a program: what is quoted inside of one is only told about."""
    found: dict[int, set[str]] = {}
    for node in subtree(source.python):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.setdefault(node.lineno, set()).add(node.value)
    return found
