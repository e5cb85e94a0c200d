"""The matrix of a job, and the combinations of values for which it runs.

https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, product

from auditor.facts.pattern import pattern
from auditor.facts.yaml_tree import Mapping as YamlMapping
from auditor.facts.yaml_tree import Node, Scalar
from auditor.facts.yaml_tree import Sequence as YamlList

__all__ = ["NO_MATRIX", "Matrix", "combinations", "filled", "matrix_of", "reads_matrix"]

_MOST = 256
"""As many combinations as GitHub takes."""
_READ = pattern(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """`axes` pairs each axis with its literal values: none where one of them is computed or no plain value.

    `included` and `excluded` are the plain values of those entries, `names` all that it defines, in lower case.
    It is `computed` where an expression gives axes or entries that nobody can read here. `lines` are where axes begin.
    """

    axes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    included: tuple[Pairs, ...] = ()
    excluded: tuple[Pairs, ...] = ()
    names: tuple[str, ...] = ()
    computed: bool = False
    lines: tuple[tuple[str, int], ...] = ()

    def line_of(self, axis: str) -> int:
        """The line on which an axis begins; 0 where there is none of this name."""
        return dict(self.lines).get(axis, 0)


NO_MATRIX = Matrix()
"""That of a job which runs once."""


def matrix_of(strategy: YamlMapping) -> Matrix:
    """The matrix under the ``strategy`` of a job."""
    value = strategy.get("matrix")
    if not isinstance(value, YamlMapping):
        return Matrix(computed=value is not None)
    axes = tuple((key.text, _literals(node)) for key, node in value.pairs if key.text not in ("include", "exclude"))
    included, computed = _entries(value.get("include"))
    names = {name.lower() for name, _ in axes}
    for entry in value.items("include"):
        names |= {key.text.lower() for key, _ in entry.pairs} if isinstance(entry, YamlMapping) else set()
    excluded, _ = _entries(value.get("exclude"))
    merged = "<<" in names
    return Matrix(
        axes=axes,
        included=included,
        excluded=excluded,
        names=tuple(sorted(names)),
        computed=computed or merged,
        lines=tuple((key.text, key.line) for key, _ in value.pairs),
    )


def _literals(node: Node) -> tuple[str, ...]:
    items = node.items if isinstance(node, YamlList) else ()
    plain = [item.text for item in items if isinstance(item, Scalar) and "${{" not in item.text]
    return tuple(plain) if len(plain) == len(items) else ()


def _entries(node: Node | None) -> tuple[tuple[Pairs, ...], bool]:
    """The plain values of each entry, and whether there are entries that cannot be read."""
    if node is None:
        return (), False
    if not isinstance(node, YamlList):
        return (), True
    entries = [entry for entry in node.items if isinstance(entry, YamlMapping)]
    plain = tuple(
        tuple((key.text, value.text) for key, value in entry.pairs if isinstance(value, Scalar)) for entry in entries
    )
    return plain, len(entries) < len(node.items)


def combinations(matrix: Matrix) -> tuple[dict[str, str], ...]:
    """What the matrix comes to, as far as its values are literal; nothing where an expression gives part of it."""
    if matrix.computed or any(not values for _, values in matrix.axes):
        return ()
    names = [name for name, _ in matrix.axes]
    crossed = islice(product(*(values for _, values in matrix.axes)), _MOST) if names else ()
    found = [dict(zip(names, values, strict=True)) for values in crossed]
    found = [one for one in found if not any(entry and set(entry) <= set(one.items()) for entry in matrix.excluded)]
    original = list(found)
    added: list[dict[str, str]] = []
    for entry in matrix.included:
        own = {name: value for name, value in entry if name in names}
        fitting = [one for one in original if all(one[name] == value for name, value in own.items())]
        for one in fitting:
            one.update(entry)
        if not fitting:
            added.append(dict(entry))
    return tuple([*found, *added][:_MOST])


def reads_matrix(text: str) -> bool:
    """Whether the text reads a value of the matrix."""
    return _READ.search(text) is not None


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what it reads of the matrix put in; ``${{ }}`` stands for what has no value here."""
    parts: list[str] = []
    at = 0
    for match in _READ.finditer(text):
        parts += (text[at : match.start()], values.get(match.group(1), "${{ }}"))
        at = match.end()
    return "".join((*parts, text[at:]))
