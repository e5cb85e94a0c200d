"""`.auditor.yaml`: what a repository says about its own audit. It can name paths and weights, and run nothing."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from io import StringIO
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from auditor.errors import Place, UserError
from auditor.model.component import ComponentKind
from auditor.repo.configured_folder import CONFIGURATION_NAME
from auditor.repo.matching import pattern_error
from auditor.repo.reader import Inventory, Reader, ReadFailure

__all__ = ["CONFIGURATION_NAME", "ComponentSetting", "Configuration", "parse_configuration", "read_configuration"]

MAX_SIZE = 200_000
MAX_DEPTH = 12

Location = tuple[str | int, ...]


def _inside(value: str) -> str:
    parts = value.replace("\\", "/").split("/")
    if not value.strip() or value.startswith(("/", "~")) or ".." in parts or ":" in parts[0] or "\0" in value:
        raise ValueError("must be a path inside the repository")
    return value


def _pattern(value: str) -> str:
    problem = pattern_error(value)
    if problem:
        raise ValueError(problem)
    return value


Pattern = Annotated[str, AfterValidator(_pattern)]
Patterns = Annotated[tuple[Pattern, ...], Field(strict=False)]
Inside = Annotated[str, AfterValidator(_inside)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class ComponentSetting(BaseModel):
    """One component: `paths` are gitignore-style patterns; `owner` outranks CODEOWNERS."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    kind: Annotated[ComponentKind, Field(strict=False)]
    paths: Annotated[Patterns, Field(min_length=1)]
    weight: Annotated[int, Field(ge=0, le=100)] = 1
    owner: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class Configuration(BaseModel):
    """The whole file. Without `components`, they are discovered; `exclude` names files that are left out."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    rubric: Inside | None = None
    out: Inside | None = None
    components: dict[Name, ComponentSetting] = Field(default_factory=dict)
    exclude: Patterns = ()


def read_configuration(inventory: Inventory, reader: Reader) -> Configuration:
    """The configuration that the snapshot itself holds, or the defaults. Raises UserError where it cannot be read."""
    if CONFIGURATION_NAME not in inventory.all_paths:
        return Configuration()
    try:
        data = reader.read(CONFIGURATION_NAME)
    except ReadFailure as failure:
        raise _error(f"this file cannot be read: {failure}", "make it a regular file that can be read") from failure
    return parse_configuration(data)


def parse_configuration(data: bytes) -> Configuration:
    """The configuration in `data`. Raises UserError that names the line and a remedy."""
    if len(data) > MAX_SIZE:
        raise _error("this file is too large", f"keep it below {MAX_SIZE} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error("this file is no UTF-8", "save it as UTF-8", data.count(b"\n", 0, error.start) + 1) from error
    lines: dict[Location, int] = {}
    values = _read(text, lines)
    try:
        return Configuration.model_validate(values)
    except ValidationError as error:
        raise _first_problem(error, lines) from error


def _read(text: str, lines: dict[Location, int]) -> Any:  # noqa: ANN401 - YAML holds anything
    try:
        _refuse_tricks(text)
        node = YAML(typ="safe", pure=True).compose(StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _error(f"broken YAML: {error.problem or error.context}", "mend the YAML at this line", line) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise _error(f"broken YAML: {error}", "mend the YAML") from error
    if node is None or (isinstance(node, ScalarNode) and not node.value):
        return {}
    if not isinstance(node, MappingNode):
        raise _error(
            "there is no mapping in this file", f"begin with one of {', '.join(Configuration.model_fields)}", 1
        )
    values = _plain(node, (), lines)
    return {key: value for key, value in values.items() if value is not None}  # `exclude:` alone says nothing


def _refuse_tricks(text: str) -> None:
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(StringIO(text)):
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _error("anchors and aliases are not read here", "write the value out", line)
        if isinstance(event, (CollectionStartEvent, ScalarEvent)) and getattr(event, "tag", None) not in (None, "!"):
            raise _error("tags are not read here", "remove the tag", line)
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _error(f"nested deeper than {MAX_DEPTH} levels", "nest less", line)
        elif isinstance(event, CollectionEndEvent):
            depth -= 1


def _plain(node: Any, at: Location, lines: dict[Location, int]) -> Any:  # noqa: ANN401 - YAML holds anything
    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*at, number), lines) for number, item in enumerate(node.value)]
    if not isinstance(node, MappingNode):
        return _scalar(str(node.tag), str(node.value))
    values: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise _error("a key must be plain text", "write a name before the colon", line)
        if key.value in values:
            raise _error(f"the key {key.value!r} stands here twice", "keep one", line)
        lines[*at, key.value] = line
        values[key.value] = _plain(value, (*at, key.value), lines)
    return values


def _scalar(tag: str, text: str) -> str | int | bool | None:
    kind = tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    digits = text.removeprefix("-")
    return int(text) if kind == "int" and digits.isdecimal() and len(digits) < 10 else text  # noqa: PLR2004 - a weight is small


def _first_problem(error: ValidationError, lines: dict[Location, int]) -> UserError:
    problems = error.errors(include_url=False)
    problem = min(problems, key=lambda one: (one["type"] != "extra_forbidden", _line(one["loc"], lines) or 0))
    message, remedy = _told(problem)
    if len(problems) > 1:
        message += f"; and {len(problems) - 1} more"
    return _error(message, remedy, _line(problem["loc"], lines))


def _told(problem: Any) -> tuple[str, str]:  # noqa: ANN401 - pydantic's ErrorDetails
    where = ".".join(str(step) for step in problem["loc"])
    name = str(problem["loc"][-1])
    if problem["type"] == "extra_forbidden":
        model = Configuration if len(problem["loc"]) == 1 else ComponentSetting
        return f"unknown key {name!r}", _suggestion(name, list(model.model_fields))
    if problem["type"] == "missing":
        return f"the key {name!r} is missing in {where.rpartition('.')[0]!r}", f"add `{name}:`"
    if problem["type"] == "enum":
        return f"unknown kind {problem['input']!r}", _suggestion(
            str(problem["input"]), [kind.value for kind in ComponentKind]
        )
    message = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {message}", "`auditor init` writes a file in which every key is explained"


def _suggestion(wrong: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(wrong, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"one of {', '.join(known)}"


def _line(location: Location, lines: dict[Location, int]) -> int | None:
    for end in range(len(location), 0, -1):
        if location[:end] in lines:
            return lines[location[:end]]
    return lines.get(())


def _error(message: str, remedy: str, line: int | None = None) -> UserError:
    return UserError(message, place=Place(CONFIGURATION_NAME, line), remedy=remedy)
