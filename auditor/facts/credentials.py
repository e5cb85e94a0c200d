"""Credentials in text: where they stand, and how they are hidden from every output."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.pattern import Match, pattern

__all__ = [
    "Credential",
    "entropy",
    "find_credentials",
    "hinted_lines",
    "is_placeholder",
    "mask",
    "may_hold_credentials",
    "secret_values",
]

HIDDEN = "****"
DRAWN = 3.9
"""Bits for each character from which a whole line without a blank is taken for a secret."""
MAX_TEXT = 1_000_000

_FORMATS = (
    ("AWS access key", r"\b((?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16})\b"),
    ("GitHub token", r"\b((?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}))"),
    ("GitLab token", r"\b(gl(?:pat|ptt|dt|rt|cbt|soat)-[A-Za-z0-9_\-]{20,100})"),
    ("Slack token", r"\b(xox[abeoprs]-[A-Za-z0-9\-]{10,250})"),
    ("Slack webhook", r"hooks\.slack\.com/(?:services|workflows)/(T[A-Za-z0-9]{6,}/[A-Za-z0-9_/]{12,})"),
    ("Discord webhook", r"discord(?:app)?\.com/api/webhooks/([0-9]{15,21}/[A-Za-z0-9_\-]{30,90})"),
    ("Google API key", r"\b(AIza[0-9A-Za-z_\-]{35})"),
    ("Stripe key", r"\b((?:sk|rk)_live_[0-9A-Za-z]{16,250})"),
    ("Anthropic or OpenAI key", r"\b(sk-(?:ant-|proj-|svcacct-|or-v1-)?[A-Za-z0-9_\-]{20,250})"),
    ("SendGrid key", r"\b(SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,})"),
    ("npm token", r"\b(npm_[A-Za-z0-9]{36})\b"),
    ("PyPI token", r"\b(pypi-AgE[A-Za-z0-9_\-]{40,})"),
    ("Hugging Face token", r"\b(hf_[A-Za-z0-9]{30,})\b"),
    ("JSON web token", r"\b(eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,})"),
    ("private key", r"(-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[^\n]*)"),
    ("key material", r"(?m)^[\s\"']*([A-Za-z0-9+/]{60,76}={0,2})(?:\\n)?[\s\"',]*$"),
    ("password in a URL", r"\b[A-Za-z][A-Za-z0-9+.\-]{1,20}://[^\s:/@\"'<>{}$]{0,100}:([^\s/@\"'<>]{1,200})@"),
    ("password in a statement", r"(?i)\b(?:password|identified\s+by)\s+\\?'([^'\n\\]{3,200})\\?'"),
    (
        "password of a command",
        r"\b(?:sshpass\s+-p\s*|redis-cli\b[^\n|;]*\s-a\s+|(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;]*\s-p|(?:docker|podman|registry)\s+login\b[^\n|;]*\s-p\s+)[\"']?([A-Za-z0-9!@#%^&*_.+=]{4,200})",
    ),
    ("bare token", r"(?m)^[ \t]*([A-Za-z0-9_\-!@#$%^&*+/?~]{24,200}={0,2})[ \t]*$"),
    ("bearer token", r"(?i)\bauthorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token)\s+([A-Za-z0-9_\-.=+/]{8,})"),
)
"""Formats that tell themselves. The first group is what must not be shown."""

_NAME = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|api_?-?key|apikey|access_?-?key|private_?-?key|auth_?-?key|"
    r"signing_?-?key|encryption_?-?key|service_?-?key|routing_?-?key|credentials?|client_?-?secret|conn(?:ection)?_?-?string|"
    r"(?:admin|amqp|database|db|ftp|mail|mongo|mysql|pg|postgres|proxy|redis|registry|root|smtp|source|user)_pass\b)"
)
_ASSIGNED = (
    r"(?i)([A-Za-z0-9_.\-]{0,80}"
    + _NAME
    + r"[A-Za-z0-9_\-]{0,40})[\"']?\]?(?:\s*:\s*[A-Za-z_][\w.\[\]| ]{0,40})?\s*(?:=>|:=|=|:)\s*"
)
_QUOTED = pattern(_ASSIGNED + r"[rbu]?(?:\"([^\"\n]{1,500})\"|'([^'\n]{1,500})')")
_BARE = pattern(_ASSIGNED + r"([^\s\"'`$<>{}()\[\],;&|\\#][^\s\"'`<>{}()\[\],;&|\\]{0,500})(?:$|[\s\"',;#&])")
_HINT = pattern(
    r"(?i)"
    + _NAME
    + r"|\b(?:A(?:KIA|SIA|BIA|CCA)[0-9A-Z]|gh[pousr]_|github_pat_|gl[a-z]{2,4}-|xox[a-z]-|AIza|[sr]k[_-]|SG\.|npm_|pypi-|hf_|eyJ)|"
    r"(?m:^[ \t]*[A-Za-z0-9_\-!@#$%^&*+/?~]{24,200}={0,2}[ \t]*$)|sshpass|redis-cli|mysql|mariadb|\slogin\s|identified|"
    r"hooks\.slack\.com|discord(?:app)?\.com|PRIVATE KEY|[A-Za-z0-9+/]{60}|://[^\s/]*@|authorization",
)
"""What a text must hold to be worth a closer look: every format and every name begins with one of these."""
_HINT_IN_LINES = pattern("(?m)" + _HINT.expression)
_ANY_FORMAT = pattern("|".join(f"(?:{expression})" for _, expression in _FORMATS))
_SETTING = pattern(r"^[A-Z][A-Z0-9_]*$|^[a-z][A-Za-z0-9_.\-]*$")
_ESCAPES = ("n", "r", "t")
_MASKED = pattern(r"^\S{0,4}\*{4}$")
_STAND_IN = pattern(
    r"(?i)your|example|change.?me|changeit|replace|placeholder|dummy|fake|sample|insert|redacted|todo|tbd|xxx|\.\.\.|\*\*|"
    r"^\$[A-Z_][A-Z0-9_]*$|<[^>]*>|\$\{|\$\(|\{\{|%\(|%s|\{[a-z_]*\}|not.?set|none|null|undefined|^(?:true|false|yes|no|on|off)$|abcdef|123456|0000",
)


@dataclass(frozen=True, slots=True, order=True)
class Credential:
    """A credential at `start`..`end` of a text (character offsets): its kind and the name it is given, if any.

    `quoted` tells that it is written as a string. The value itself is not kept.
    """

    start: int
    end: int
    kind: str
    name: str = ""
    quoted: bool = False


def find_credentials(text: str) -> tuple[Credential, ...]:
    """Every credential in a text, by position, none inside another. What is masked already is none.

    An assignment counts by its name alone (``db_password = "..."``); whether its value can be real is
    for the caller to judge, with `is_placeholder` and `entropy`.
    """
    text = text[:MAX_TEXT]
    if not _HINT.search(text):
        return ()
    found = sorted(
        {*_formats(text), *_assignments(text)}, key=lambda one: (one.start, -one.end, one.kind == "assignment")
    )
    kept: list[Credential] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            continue
        if one.end > one.start and not _MASKED.match(text[one.start : one.end]):
            kept.append(one)
    return tuple(kept)


def mask(text: str) -> str:
    """The text with every credential's value replaced; the same text where there is none.

    At most four characters of a value remain, and only of a format whose beginning is public. Masking
    twice changes nothing more.
    """
    for _round in range(4):  # what hiding one value lays bare is hidden in the next round
        masked = _masked_once(text)
        if masked == text:
            break
        text = masked
    return text


def may_hold_credentials(text: str) -> bool:
    """False where `mask` changes no line of the text."""
    return _HINT.in_lines(text)


def hinted_lines(text: str) -> frozenset[int]:
    """The numbers of the lines in which there may be a credential: `find_credentials` finds none in the others."""
    found: set[int] = set()
    line, counted = 1, 0
    for hint in _HINT_IN_LINES.finditer(text):
        line += text.count("\n", counted, hint.start())
        counted = hint.start()
        found.update(range(line, line + text.count("\n", counted, hint.end()) + 1))
    return frozenset(found)


def secret_values(text: str) -> frozenset[str]:
    """What `mask` would hide in the lines of a text, but for values that are plainly stand-ins."""
    found: set[str] = set()
    for lines in _hinted(text):
        values = (lines[one.start : one.end] for one in find_credentials(lines))
        found.update(value for value in values if not is_placeholder(value))
    return frozenset(found)


def _hinted(text: str) -> Iterator[str]:
    """The lines that are worth a closer look, as many together as are looked at together."""
    lines: list[str] = []
    done, size = -1, 0
    for hint in _HINT.finditer(text):
        if hint.start() < done:
            continue
        begin = text.rfind("\n", 0, hint.start()) + 1
        done = text.find("\n", hint.end())
        done = len(text) if done < 0 else done
        for start in range(begin, done, MAX_TEXT // 2):  # the longest value is far shorter than the overlap
            lines.append(text[start : min(done, start + MAX_TEXT // 2 + MAX_TEXT // 4)])
            size += len(lines[-1])
            if size > MAX_TEXT // 4:
                yield "\n".join(lines)
                lines, size = [], 0
    yield "\n".join(lines)


def is_placeholder(value: str) -> bool:
    """Whether a value is plainly to be filled in, a reference or an example, rather than a credential."""
    return not value.strip() or _STAND_IN.search(value) is not None or len(set(value)) <= 2  # noqa: PLR2004 - "aaaa", "----"


def entropy(value: str) -> float:
    """Shannon entropy in bits for each character: words have about 3 or less, random keys 3.5 and more."""
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values()) if value else 0.0


def _masked_once(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for one in find_credentials(text):
        value = text[one.start : one.end]
        pieces += (text[done : one.start], _public_prefix(value, one.kind), HIDDEN)
        done = one.end
    return "".join((*pieces, text[done:]))


def _public_prefix(value: str, kind: str) -> str:
    if kind in (
        "assignment",
        "password in a URL",
        "password in a statement",
        "password of a command",
        "bare token",
        "key material",
        "bearer token",
        "Slack webhook",
        "Discord webhook",
    ):
        return ""
    return value[:4]


def _formats(text: str) -> Iterator[Credential]:
    if not _ANY_FORMAT.search(text):
        return
    for kind, expression in _FORMATS:
        for match in pattern(expression).finditer(text):
            if kind == "bare token" and not _is_drawn(match.group(1)):
                continue
            yield Credential(match.start(1), match.end(1), kind)


def _is_drawn(value: str) -> bool:
    """Whether a line of one word looks drawn at random: capitals, small letters and digits, in no order."""
    kinds = (str.isupper, str.islower, str.isdigit)
    return all(any(kind(letter) for letter in value) for kind in kinds) and entropy(value) >= DRAWN


def _assignments(text: str) -> Iterator[Credential]:
    if not pattern("(?i)" + _NAME).search(text):
        return
    for match in _QUOTED.finditer(text):
        group = 2 if match.start(2) >= 0 else 3
        yield Credential(match.start(group), match.end(group), "assignment", _name(match, text), quoted=True)
    for match in _BARE.finditer(text):
        value = match.group(2)
        if _bare_value(match.group(1), value):
            yield Credential(match.start(2), match.end(2), "assignment", _name(match, text))


def _name(match: Match, text: str) -> str:
    """The name that is assigned to, without the letter of a line break's escape that stands before it in a string."""
    name, at = match.group(1), match.start(1)
    escaped = at > 0 and text[at - 1] == "\\" and name.startswith(_ESCAPES)
    return name[1:] if escaped else name


def _bare_value(name: str, value: str) -> bool:
    """Whether an unquoted value is a literal, as in env files and YAML, and no expression of some code."""
    if not _SETTING.match(name.rpartition(".")[2]) or value.lower() in (
        "none",
        "null",
        "true",
        "false",
        "string",
        "str",
    ):
        return False
    if name.isupper():
        return True
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and "." not in value
