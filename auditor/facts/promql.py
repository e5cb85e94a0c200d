"""Names and label matchers of a PromQL expression (https://prometheus.io/docs/prometheus/latest/querying/basics/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.pattern import pattern

__all__ = ["Matcher", "Selector", "Token", "selectors", "tokens"]

_TOKEN = pattern(
    r"""(?P<space>[\s,]+|#[^\n]*)"""
    r"""|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)"""
    r"""|(?P<duration>[0-9][0-9a-zA-Z_.]*)"""
    r"""|(?P<variable>\$\{?[A-Za-z_:0-9]+\}?|\[\[[A-Za-z_:0-9]+\]\])"""
    r"""|(?P<name>[A-Za-z_:][A-Za-z0-9_:]*)"""
    r"""|(?P<operator>=~|!~|!=|==|>=|<=|.)"""
    r"""|(?P<other>\n)"""
)
_LABEL_LISTS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_WORDS = _LABEL_LISTS | frozenset({"and", "or", "unless", "bool", "offset", "atan2", "inf", "nan", "start", "end"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """``label operator "value"``."""

    label: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """A metric with its matchers; `offset` counts the lines before it in the expression.

    `name` is empty where only labels select. `partial` is True where a template variable is part of the name.
    """

    name: str
    matchers: tuple[Matcher, ...]
    offset: int
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression: its kind, its text, the lines before it, and where it begins and ends."""

    kind: str
    text: str
    line: int
    start: int
    end: int


def selectors(expression: str) -> tuple[Selector, ...]:
    """The selectors of an expression in the order of its text. Whatever cannot be read is passed over."""
    return tuple(_selectors(list(tokens(expression))))


def tokens(text: str) -> Iterator[Token]:
    """The tokens of an expression, without blanks, commas and comments."""
    kinds = ("space", "string", "duration", "variable", "name", "operator", "other")
    line, position = 0, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        kind = next((one for one in kinds if match.group(one)), "other")
        if kind not in ("space", "other"):
            yield Token(kind, match.group(), line, match.start(), match.end())


def _selectors(tokens: list[Token]) -> Iterator[Selector]:
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind == "name" and token.text.lower() in _LABEL_LISTS:
            index = _after(tokens, index + 1, "(", ")")
        elif token.text == "{":
            end = _after(tokens, index, "{", "}")
            yield Selector(name=_named(tokens[index:end]), matchers=_matchers(tokens[index:end]), offset=token.line)
            index = end
        elif token.kind != "name" or token.text.lower() in _WORDS or _is_call(following):
            index += 1
        else:
            index, selector = _metric(tokens, index)
            if selector:
                yield selector


def _is_call(following: Token | None) -> bool:
    return following is not None and (following.text == "(" or following.text.lower() in ("by", "without"))


def _metric(tokens: list[Token], index: int) -> tuple[int, Selector | None]:
    token = tokens[index]
    before = tokens[index - 1] if index else None
    partial = before is not None and before.kind in ("variable", "duration") and before.end == token.start
    index += 1
    if index < len(tokens) and tokens[index].kind == "variable" and tokens[index].start == token.end:
        partial = True
        index += 1
    end = index
    if index < len(tokens) and tokens[index].text == "{":
        end = _after(tokens, index, "{", "}")
    matchers = _matchers(tokens[index:end])
    return end, Selector(name=token.text, matchers=matchers, offset=token.line, partial=partial)


def _after(tokens: list[Token], index: int, opening: str, closing: str) -> int:
    """The index after the bracket that closes the one at `index`; `index` where there is none."""
    if index >= len(tokens) or tokens[index].text != opening:
        return index
    while index < len(tokens) and tokens[index].text != closing:
        index += 1
    return index + 1


def _matchers(tokens: list[Token]) -> tuple[Matcher, ...]:
    found = []
    for label, operator, value in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if label.kind == "name" and operator.text in ("=", "=~", "!=", "!~") and value.kind == "string":
            found.append(Matcher(label=label.text, operator=operator.text, value=value.text[1:-1]))
    return tuple(found)


def _named(tokens: list[Token]) -> str:
    return next((one.value for one in _matchers(tokens) if one.label == "__name__" and one.operator == "="), "")
