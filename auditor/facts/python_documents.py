"""Dictionaries of Python as the YAML that they become, every part on the line on which it stands in the program."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from auditor.facts.embedded_document import OPAQUE, Candidate
from auditor.facts.embedded_targets import Targets
from auditor.facts.pattern import pattern

__all__ = ["dictionary_candidates", "is_document"]

_SHAPES = (
    frozenset({"groups"}),
    frozenset({"scrape_configs"}),
    frozenset({"receivers", "route"}),
    frozenset({"services"}),
    frozenset({"apiVersion", "kind"}),
    frozenset({"panels"}),
    frozenset({"dashboard"}),
)
_ALERT = frozenset({"alert", "expr"})
_CONFIGURES = pattern(r"(?i)\.(?:ya?ml|json|toml|env|conf|cfg)$|(?:^|/)\.env")
_MOST_DEPTH = 40
_MOST_PIECES = 20_000


def is_document(node: ast.Dict | ast.List, targets: Targets) -> bool:
    """Whether `dictionary_candidates` gives one."""
    if isinstance(node, ast.List):
        return bool(node.elts) and isinstance(node.elts[0], ast.Dict) and _keys(node.elts[0]) >= _ALERT
    if id(node) in targets.settings or _CONFIGURES.search(targets.file_name(node)):
        return True
    keys = _keys(node)
    return keys >= _ALERT or any(shape <= keys for shape in _SHAPES)


def dictionary_candidates(node: ast.Dict | ast.List, targets: Targets) -> Iterator[Candidate]:
    """The document that a dictionary, or a list of alert rules, is; nothing where it is none of a known kind."""
    if not is_document(node, targets):
        return
    if id(node) in targets.settings and isinstance(node, ast.Dict):
        yield Candidate(text=_as_settings(node), line=1, file_name=".env")
    elif isinstance(node, ast.List) or _keys(node) >= _ALERT:
        yield _rules(node)
    else:
        yield Candidate(text=_Writer().document(node), line=1, file_name=targets.file_name(node))


def _keys(node: ast.Dict) -> frozenset[str]:
    return frozenset(key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))


def _rules(node: ast.Dict | ast.List) -> Candidate:
    writer = _Writer()
    inner = writer.document(node)
    blank = len(inner) - len(inner.lstrip("\n"))
    rules = inner[blank:] if isinstance(node, ast.List) else f"[{inner[blank:]}]"
    text = inner[:blank] + '{"groups": [{"name": "rules", "rules": ' + rules + "}]}"
    return Candidate(text=text, line=1, file_name="alert_rules.yml")


def _as_settings(node: ast.Dict) -> str:
    lines: dict[int, str] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        texts = [part.value for part in (key, value) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if key is not None and len(texts) == 2:  # noqa: PLR2004 - a pair
            lines[key.lineno] = "=".join(texts)
    return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1)) + "\n"


class _Writer:
    """Writes JSON, which is YAML, and goes to the line of a part before it writes it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.line = 1

    def document(self, node: ast.expr) -> str:
        """The text, whose lines are those of the module; what exceeds the bounds is opaque."""
        self.write(node, 0)
        return "".join(self.pieces) + "\n"

    def write(self, node: ast.AST | None, depth: int) -> None:
        if node is not None:
            self.go_to(getattr(node, "lineno", self.line))
        if depth > _MOST_DEPTH or len(self.pieces) > _MOST_PIECES:
            self.pieces.append(json.dumps(OPAQUE))
        elif isinstance(node, ast.Dict):
            self.mapping(node, depth)
        elif isinstance(node, ast.List | ast.Tuple):
            self.sequence(node, depth)
        else:
            self.pieces.append(_scalar(node))

    def go_to(self, line: int) -> None:
        self.pieces.append("\n" * (line - self.line))
        self.line = max(line, self.line)

    def mapping(self, node: ast.Dict, depth: int) -> None:
        self.pieces.append("{")
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:  # None: another dictionary is taken in
                self.go_to(key.lineno)
                self.pieces.append(_scalar(key) + ": ")
                self.write(value, depth + 1)
                self.pieces.append(", ")
        self.pieces.append("}")

    def sequence(self, node: ast.List | ast.Tuple, depth: int) -> None:
        self.pieces.append("[")
        for item in node.elts:
            self.write(item, depth + 1)
            self.pieces.append(", ")
        self.pieces.append("]")


def _scalar(node: ast.AST | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bool | int | float | None):
        return json.dumps(node.value, ensure_ascii=False)
    if isinstance(node, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else OPAQUE for part in node.values)
        return json.dumps("".join(parts), ensure_ascii=False)
    return json.dumps(OPAQUE)
