"""Where a YAML document departs from a published JSON Schema, told in one sentence for each place.

Of a choice that no alternative satisfies, the alternative that got furthest is told, as
https://python-jsonschema.readthedocs.io/en/stable/errors/#best-match-and-relevance explains. Patterns of
the schema are matched in linear time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import jsonschema_rs

from auditor.facts.yaml_tree import Mapping, Node
from auditor.facts.yaml_values import Path, line_of, plain_value, refers
from auditor.resources import published_schema

__all__ = ["GITLAB", "Departure", "departures"]

GITLAB = "gitlab-ci"
_ROUNDS = 4
_MOST_NAMES = 6
_CHOICES = (jsonschema_rs.ValidationErrorKind.OneOfNotValid, jsonschema_rs.ValidationErrorKind.AnyOf)
_Required = jsonschema_rs.ValidationErrorKind.Required
_Type = jsonschema_rs.ValidationErrorKind.Type
_Enum = jsonschema_rs.ValidationErrorKind.Enum
_COMBINED = (_Required, _Type, _Enum)
_UNEXPECTED = (
    jsonschema_rs.ValidationErrorKind.AdditionalProperties,
    jsonschema_rs.ValidationErrorKind.UnevaluatedProperties,
)
_OPTIONAL = {(("strategy",), "matrix")}
"""What the published schema demands and the platform does not: GitHub runs a job whose strategy only says fail-fast."""
_FOR_THE_MARKETPLACE = frozenset({"name", "description"})
"""What an action needs to be published, and its inputs and outputs to be shown there, but not to run."""
_FILTERS = frozenset({"branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "types"})
"""Filters of events: the platform takes one text for a list of one."""
_FORMS = {"object": "a mapping", "array": "a list", "string": "a text", "number": "a number", "integer": "a number"}
_FORMS |= {"boolean": "true or false", "null": "nothing"}


@dataclass(frozen=True, slots=True, order=True)
class Departure:
    """One place that the schema does not allow; the line is 1-based."""

    line: int
    message: str


def departures(root: Node, schema: str) -> tuple[Departure, ...]:
    """All places where a document departs from the schema of this name, by line.

    A number or switch where a text is wanted is none: the platforms take it for its text.
    """
    texts: frozenset[Path] = frozenset()
    for _ in range(_ROUNDS):
        leaves = [leaf for error in _errors(root, schema, texts) for leaf in _leaves([error])]
        written = {_path(leaf[0]) for leaf in leaves if _wants_text(leaf)}
        if not written - texts:
            break
        texts |= written
    wrong = [leaf for leaf in leaves if not _tolerated(leaf) and not (schema == GITLAB and _unset(root, leaf))]
    return tuple(sorted({departure for leaf in wrong for departure in _told(root, leaf)}))


@cache
def _validator(schema: str) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(
        json.loads(published_schema(schema)),
        validate_formats=False,  # GitLab's regular expressions are Ruby's
        pattern_options=jsonschema_rs.RegexOptions(),
        offline=True,
    )


def _errors(root: Node, schema: str, texts: frozenset[Path]) -> Iterator[jsonschema_rs.ValidationError]:
    return iter(_validator(schema).iter_errors(plain_value(root, texts)))


def _path(error: jsonschema_rs.ValidationError) -> Path:
    return tuple(error.instance_path)


def _leaves(
    errors: Sequence[jsonschema_rs.ValidationError],
) -> Iterator[tuple[jsonschema_rs.ValidationError, ...]]:
    """What is wrong at the bottom. Errors of alternatives that fail at one place are told together."""
    for error in errors:
        if not isinstance(error.kind, _CHOICES):
            yield (error,)
            continue
        alternatives = [list(one) for one in error.kind.context if one]
        depth = max((_depth(one) for one in alternatives), default=0)
        best = [one for one in alternatives if _depth(one) == depth]
        fitting = [one for one in best if not any(isinstance(leaf.kind, _Type) for leaf in one)] or best
        together = [leaf for one in fitting for leaf in one]
        if fitting and depth == len(_path(error)) and all(isinstance(leaf.kind, _COMBINED) for leaf in together):
            yield tuple(together)
        else:
            yield from _leaves(min(fitting, key=len, default=[]))


def _depth(errors: Sequence[jsonschema_rs.ValidationError]) -> int:
    return min(len(_path(error)) for error in errors)


def _tolerated(leaf: tuple[jsonschema_rs.ValidationError, ...]) -> bool:
    value = leaf[0].instance
    if isinstance(value, str) and value.strip().startswith("${{") and value.strip().endswith("}}"):
        return True  # what an expression comes to is known only when it runs
    if value is None and _path(leaf[0])[:1] == ("on",) and _path(leaf[0])[-1] in _FILTERS:
        return True  # a filter without a value filters nothing
    if value is None and _path(leaf[0])[:1] == ("on",) and _path(leaf[0])[-2:-1] == ("secrets",):
        return (
            True  # a secret of which nothing more is said (actions/languageservices: workflow-call-secret-definition)
        )
    if value == [] and _path(leaf[0])[:1] == ("jobs",) and _path(leaf[0])[-1] == "needs":
        return True  # a job that waits for none
    if isinstance(value, str) and _path(leaf[0])[-1:] and _path(leaf[0])[-1] in _FILTERS:
        return all(isinstance(one.kind, _Type) and "array" in one.kind.types for one in leaf)
    return all(isinstance(one.kind, _Required) and _is_optional(_path(one), one.kind.property) for one in leaf)


def _is_optional(path: Path, name: str) -> bool:
    if (path[-1:], name) in _OPTIONAL:
        return True
    return name in _FOR_THE_MARKETPLACE and (not path or path[0] in ("inputs", "outputs"))


def _unset(root: Node, leaf: tuple[jsonschema_rs.ValidationError, ...]) -> bool:
    """Whether GitLab takes the value for that of another place, or for the end of an inherited one."""
    return leaf[0].instance in (None, []) or refers(root, _path(leaf[0]))


def _wants_text(leaf: tuple[jsonschema_rs.ValidationError, ...]) -> bool:
    scalar = not isinstance(leaf[0].instance, list | dict | str)
    return scalar and any(isinstance(one.kind, _Type) and "string" in one.kind.types for one in leaf)


_LATER_KEYS = frozenset({"description"})
"""What GitHub's own parser takes at the root of a workflow (actions/languageservices: workflow-v1.0.json), and the published schema lacks."""


def _is_action(root: Node) -> bool:
    return isinstance(root, Mapping) and root.get("runs") is not None and root.get("jobs") is None


def _told(root: Node, leaf: tuple[jsonschema_rs.ValidationError, ...]) -> Iterator[Departure]:
    path = _path(leaf[0])
    where = _where(path)
    unexpected = {name for one in leaf if isinstance(one.kind, _UNEXPECTED) for name in one.kind.unexpected}
    if unexpected and path[:1] in ((), ("inputs",)) and _is_action(root):
        return  # beside the keys of an action and of its inputs others are let stand (actions/runner: action_yaml.json)
    if not path and isinstance(root, Mapping) and root.get("jobs") is not None:
        unexpected -= _LATER_KEYS
        if not unexpected and any(isinstance(one.kind, _UNEXPECTED) for one in leaf):
            return
    if unexpected:
        for key in sorted(unexpected):
            yield Departure(line_of(root, path, key), f"{where} has no key {key!r}")
        return
    yield Departure(line_of(root, path), f"{where} {_fault(leaf)}")


def _where(path: Path) -> str:
    name = next((repr(part) for part in reversed(path) if isinstance(part, str)), "the file")
    return f"an entry of {name}" if path and not isinstance(path[-1], str) else name


def _fault(leaf: tuple[jsonschema_rs.ValidationError, ...]) -> str:
    missing = sorted({one.kind.property for one in leaf if isinstance(one.kind, _Required)})
    if missing:
        return "lacks " + " or ".join(repr(name) for name in missing[:_MOST_NAMES])
    choices = [one for one in leaf if isinstance(one.kind, _Enum)]
    if choices and isinstance(choices[0].instance, str):
        return f"does not take the value {choices[0].instance[:80]!r}"
    forms = sorted({_FORMS.get(form, form) for one in leaf if isinstance(one.kind, _Type) for form in one.kind.types})
    if forms:
        return f"must be {' or '.join(forms)}"
    return "has a value of a form that is not accepted"
