"""What kind of document a text is: told from the name of the file it is written to, or from its shape."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.facts.base import ParseFailure
from auditor.facts.embedded_document import Candidate
from auditor.facts.pattern import pattern
from auditor.facts.templates import is_template
from auditor.facts.yaml_tree import Mapping, Node, Sequence, read_yaml
from auditor.model.source import Language
from auditor.repo.language import language_named, language_of

__all__ = ["Shape", "shape_of"]

_BY_NAME = frozenset({Language.DOCKERFILE, Language.ENV, Language.INI, Language.PYTHON, Language.SHELL, Language.YAML})
_YAML_KEYS = pattern(r"(?m)[\"']?(?:groups|scrape_configs|receivers|services|apiVersion|jobs|panels)[\"']?\s*:")
_DOCKERFILE = pattern(r"\A(?:\s*#[^\n]*\n|\s*\n|ARG [^\n]*\n)*\s*FROM \S+(?: AS \S+)?\s*\n")
_INSTRUCTION = pattern(r"(?m)^\s*(?:RUN|COPY|CMD|ENTRYPOINT|WORKDIR|ENV|EXPOSE|ADD) ")
_UNIT = pattern(r"(?m)^\s*\[(?:Service|Timer|Unit)\]\s*$")
_STARTS = pattern(r"(?m)^\s*(?:ExecStart|OnCalendar|OnBootSec)=")
_SCRIPTS = {Language.SHELL: "script.sh", Language.PYTHON: "script.py"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A language, the name that such a file has, and the whole path where a tool wants it at one."""

    language: Language
    name: str
    path: str = ""


def shape_of(candidate: Candidate) -> Shape | None:
    """The kind of a document, or None where nothing tells it, or it is a template to be filled in."""
    name = candidate.file_name.rpartition("/")[2]
    if name and is_template(name):
        return None
    text = candidate.text.lstrip()
    language = language_named(name) if name else None
    if language is Language.YAML or (language in (None, Language.JSON, Language.TEXT) and _YAML_KEYS.search(text)):
        return _yaml_shape(text, name)
    if language is not None and language in _BY_NAME:
        return Shape(language, name)
    return _told_by_text(text)


def _told_by_text(text: str) -> Shape | None:
    if text.startswith("#!"):
        language = language_of("script", text[:200].encode())
        return Shape(language, _SCRIPTS[language]) if language in _SCRIPTS else None
    if _DOCKERFILE.search(text) and _INSTRUCTION.search(text):
        return Shape(Language.DOCKERFILE, "Dockerfile")
    if _UNIT.search(text) and _STARTS.search(text):
        return Shape(Language.INI, "unit.service")
    return None


def _yaml_shape(text: str, name: str) -> Shape | None:
    try:
        roots = [root for root in read_yaml(text) if isinstance(root, Mapping)]
    except ParseFailure:
        return None
    if any(" " in key.text for root in roots for key, _ in root.pairs):
        return None  # prose with a colon
    shape = next((found for found in map(_by_keys, roots) if found), None)
    if shape is None:
        return Shape(Language.YAML, name) if roots and name and language_named(name) is Language.YAML else None
    keeps_name = name and not shape.path and language_named(name) is shape.language
    return Shape(shape.language, name) if keeps_name else shape


def _by_keys(root: Mapping) -> Shape | None:
    shape: Shape | None = None
    if _entries(root, "groups", "rules"):
        shape = Shape(Language.YAML, "alert_rules.yml")
    elif _entries(root, "scrape_configs", "job_name"):
        shape = Shape(Language.YAML, "prometheus.yml")
    elif _entries(root, "receivers", "name") and isinstance(root.get("route"), Mapping):
        shape = Shape(Language.YAML, "alertmanager.yml")
    elif _values(root.get("services"), "image", "build"):
        shape = Shape(Language.YAML, "docker-compose.yml")
    elif root.text("apiVersion") and root.text("kind"):
        shape = Shape(Language.YAML, "manifest.yaml")
    elif root.get("on") is not None and _values(root.get("jobs"), "steps", "uses"):
        shape = Shape(Language.YAML, "workflow.yml", ".github/workflows/workflow.yml")
    elif _entries(_board(root), "panels", "title"):
        shape = Shape(Language.JSON, "dashboard.json")
    return shape


def _board(root: Mapping) -> Mapping:
    inner = root.get("dashboard")
    return inner if isinstance(inner, Mapping) else root


def _entries(root: Mapping, key: str, inner: str) -> bool:
    """Whether the key holds a list whose first entry is a mapping with the inner key."""
    value = root.get(key)
    first = value.items[0] if isinstance(value, Sequence) and value.items else None
    return isinstance(first, Mapping) and first.get(inner) is not None


def _values(node: Node | None, *keys: str) -> bool:
    """Whether a value of the mapping is a mapping with one of the keys."""
    if not isinstance(node, Mapping):
        return False
    return any(isinstance(value, Mapping) and any(value.get(key) for key in keys) for _, value in node.pairs)
