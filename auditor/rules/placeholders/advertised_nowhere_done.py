"""AUD158: a docstring lists a feature of which the file holds no trace."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.advertised_features import features_in
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FEWEST = 3
"""Functions of a file or class that does the work itself."""
_PLAIN = frozenset({"object", "ABC", "Generic", "Protocol", "Enum", "str"})
_TELLS = pattern(
    r"(?i)(?:^|/)(?:__init__|tests?|conftest|docs?|examples?|constants|types|interfaces?|base|schemas?|models)(?:\.py$|/)|_?test_|_test\.py$"
)


def _check(source: Source) -> Iterator[Hit]:
    if _TELLS.search(source.path):
        return
    syntax = syntax_of(source)
    owners: list[tuple[ast.Module | ast.ClassDef, str]] = [(source.python, "")]
    owners += [(node, name) for node, name in syntax.classes if _stands_alone(node)]
    names: str | None = None
    seen: set[int] = set()
    for owner, symbol in owners:
        listed = list(features_in(owner))
        for feature in listed if listed and _works(syntax, owner) else ():
            names = _names(syntax) if names is None else names
            if feature.line not in seen and not feature.is_in(names):
                seen.add(feature.line)
                message = (
                    f"The docstring lists {feature.name} as a feature, and nothing in this file has to do with it."
                )
                yield Hit(source.path, feature.line, feature.line, message, symbol)


def _stands_alone(node: ast.ClassDef) -> bool:
    """Whether a class inherits from nothing that could have what it lists."""
    return {last_name(one.value if isinstance(one, ast.Subscript) else one) for one in node.bases} <= _PLAIN


def _works(syntax: PythonSyntax, owner: ast.Module | ast.ClassDef) -> bool:
    views = [one for one in syntax.functions if isinstance(owner, ast.Module) or one.owner is owner]
    return sum(bool(one.calls) for one in views) >= _FEWEST


def _names(syntax: PythonSyntax) -> str:
    """All names of a file and its short texts, without its docstrings, joined by blanks."""
    told = {id(one.value) for one in nodes_of(syntax.tree, ast.Expr) if isinstance(one.value, ast.Constant)}
    found = {one.id for one in nodes_of(syntax.tree, ast.Name)}
    found.update(one.attr for one in nodes_of(syntax.tree, ast.Attribute))
    found.update(one.arg for one in nodes_of(syntax.tree, ast.arg))
    found.update(one.arg for one in nodes_of(syntax.tree, ast.keyword) if one.arg)
    found.update(view.name for view in syntax.functions)
    found.update(node.name for node, _ in syntax.classes)
    found.update(syntax.aliases.values())
    found.update(
        one.value for one in nodes_of(syntax.tree, ast.Constant) if isinstance(one.value, str) and id(one) not in told
    )
    return " ".join(sorted(found))


RULE = Rule(
    id="AUD158",
    name="advertised-nowhere-done",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the code have the features that its docstrings list?",
    why="`- Compression and encryption support` heads a class that opens files and copies them: whoever reads the list stores the backups as encrypted ones.",
    limits=(
        "Lists in the docstrings of modules and of classes without a base class, for abilities that code can hardly have without a name for it; any name or text of the file that has to do with it counts. "
        "What a list says to be optional, planned or done elsewhere is left alone."
    ),
    fix="Take the line out of the list, or build what it says.",
    since="0.7.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a store that lists more than it does",
            files={
                "shop/store.py": (
                    'class BackupStore:\n    """Keeps backups.\n\n    Features:\n    - Compression and encryption support\n    - Integrity checksums\n    - Leader election between writers\n    """\n\n'
                    "    def put(self, path):\n        shutil.copy2(path, self.folder)\n\n    def get(self, name):\n        return gzip.open(self.folder / name)\n\n    def names(self):\n        return sorted(self.folder.iterdir())\n"
                ),
            },
            found=("shop/store.py:5", "shop/store.py:7"),
        ),
        Example(
            title="a store that has what it lists, and lists what others do",
            files={
                "shop/store.py": (
                    'class BackupStore:\n    """Keeps backups.\n\n    Features:\n    - Encryption of every file\n    - Failover (optional)\n    - Rate limiting is left to the proxy\n    """\n\n'
                    "    def put(self, path):\n        seal(path, Fernet(self.key))\n\n    def get(self, name):\n        return open_sealed(name)\n\n    def names(self):\n        return sorted(self.folder.iterdir())\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
