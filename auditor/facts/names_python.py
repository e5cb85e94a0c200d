"""Names that Python code takes from its environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache

from auditor.facts.base import ParseFailure
from auditor.facts.names_fact import Act, Default, Mention, Via
from auditor.facts.names_handed import default_of, handed_names
from auditor.facts.names_known import is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import nodes_of, subtree
from auditor.facts.source import Source

__all__ = ["python_names", "settings_prefix"]

TRIGGERS = (b"environ", b"getenv", b"BaseSettings", b"decouple", b"environs")
_FILLED_IN = (b'"${', b"'${")
_PLACEHOLDER = pattern(r"^\$\{([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\}$")
_SHORTEST = 3
_UPPER = pattern(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")
_ASKS = frozenset({"getenv", "get", "pop", "setdefault", "config", "env", "str", "int", "bool", "url", "db"})
"""The last parts of the names of what is called to get a value of the environment."""
_LEAVING = frozenset({"exit", "_exit", "abort", "fail"})


def python_names(source: Source) -> Iterator[Mention]:
    """What a module reads from the environment, sets there and refuses to do without."""
    if not any(word in source.data for word in TRIGGERS):
        if any(word in source.data for word in _FILLED_IN):
            yield from _placeholders(source)
        return
    try:
        tree = source.python
    except ParseFailure:
        return
    variables: dict[str, str] = {}
    for item in nodes_of(tree, ast.Subscript):
        yield from _subscript(item, tree)
    calls = list(_calls(tree))
    for node in calls:
        yield from _call(node)
    yield from handed_names(tree)
    for binding in nodes_of(tree, ast.Assign, ast.AnnAssign):
        _remember(binding, variables)
    for owner in nodes_of(tree, ast.ClassDef):
        yield from _settings(owner)
    yield from _validated(nodes_of(tree, ast.If), variables)
    yield from _placeholders(source)
    if any(_reads_variable(node) for node in calls):
        for listed in nodes_of(tree, ast.List, ast.Tuple, ast.Set):
            yield from _listed(listed)


def _placeholders(source: Source) -> Iterator[Mention]:
    """Secrets of a configuration that the module writes: texts that are nothing but ``${NAME}``."""
    try:
        constants = nodes_of(source.python, ast.Constant)
    except ParseFailure:
        return
    for node in constants:
        match = _PLACEHOLDER.match(node.value) if isinstance(node.value, str) else None
        if match and is_secret_name(match.group(1)):
            yield Mention(node.lineno, match.group(1), Act.USED, Via.CONFIGURATION)
    for table in nodes_of(source.python, ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            match (key, value):
                case ast.Constant(value=str(name)), ast.Constant(value=str(given)):
                    if given.startswith("${") and _UPPER.match(name):
                        yield Mention(key.lineno, name, Act.PASSED)
                case _:
                    pass


@lru_cache(maxsize=2)
def _imports_environ(tree: ast.Module) -> bool:
    """Whether `environ` is that of the process: elsewhere it is a parameter, the request of a WSGI application."""
    return any(
        node.module == "os" and any(one.name == "environ" for one in node.names)
        for node in nodes_of(tree, ast.ImportFrom)
    )


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    """The calls that can tell."""
    imported = _imports_environ(tree)
    for node in nodes_of(tree, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _ASKS and (imported or not _dotted(node.func).startswith("environ.")):
            yield node


def _subscript(node: ast.Subscript, tree: ast.Module) -> Iterator[Mention]:
    holder = _dotted(node.value)
    if holder != "os.environ" and not (holder == "environ" and _imports_environ(tree)):
        return
    name = _constant(node.slice)
    if name and isinstance(node.ctx, ast.Load):
        yield Mention(node.lineno, name, Act.USED)
        yield Mention(node.lineno, name, Act.VALIDATED)
    elif name and isinstance(node.ctx, ast.Store):
        yield Mention(node.lineno, name, Act.PASSED)


def _call(node: ast.Call) -> Iterator[Mention]:
    called = _dotted(node.func)
    name = _constant(node.args[0]) if node.args else ""
    if not name:
        return
    if called in ("os.getenv", "getenv", "os.environ.get", "environ.get", "os.environ.pop", "environ.pop"):
        yield Mention(node.lineno, name, Act.USED, default=_default(node))
    elif called in ("os.environ.setdefault", "environ.setdefault"):
        yield Mention(node.lineno, name, Act.PASSED)
    elif called in ("config", "env", "env.str", "env.int", "env.bool", "env.url", "env.db") and _UPPER.match(name):
        default = (
            Default.VALUE if len(node.args) > 1 or any(k.arg == "default" for k in node.keywords) else Default.NONE
        )
        yield Mention(node.lineno, name, Act.USED, default=default)
        if default is Default.NONE:
            yield Mention(node.lineno, name, Act.VALIDATED)


def _default(node: ast.Call) -> Default:
    given = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords if k.arg == "default"), None)
    return Default.EMPTY if given is None else default_of(given)


def _reads_variable(node: ast.Call) -> bool:
    called = _dotted(node.func)
    return (
        called in ("os.getenv", "getenv", "os.environ.get", "environ.get")
        and bool(node.args)
        and isinstance(node.args[0], ast.Name)
    )


def _listed(node: ast.List | ast.Tuple | ast.Set) -> Iterator[Mention]:
    names = [_constant(item) for item in node.elts]
    if names and all(_UPPER.match(name) for name in names):
        for item, name in zip(node.elts, names, strict=True):
            yield Mention(item.lineno, name, Act.VALIDATED)


def _remember(node: ast.Assign | ast.AnnAssign, variables: dict[str, str]) -> None:
    """Which variable holds which name's value."""
    if not isinstance(node.value, ast.Call) or _dotted(node.value.func).rpartition(".")[2] not in ("getenv", "get"):
        return
    name = _constant(node.value.args[0]) if node.value.args else ""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if name and isinstance(target, ast.Name | ast.Attribute):
            variables[_dotted(target)] = name


def _validated(checks: Sequence[ast.If], variables: dict[str, str]) -> Iterator[Mention]:
    for check in checks:
        if not any(_leaves(statement) for statement in check.body):
            continue
        for part in subtree(check.test):
            name = variables.get(_dotted(part)) if isinstance(part, ast.Name | ast.Attribute) else None
            if isinstance(part, ast.Call) and part.args and _dotted(part.func).endswith(("getenv", "environ.get")):
                name = _constant(part.args[0])
            if name:
                yield Mention(check.lineno, name, Act.VALIDATED)


def _leaves(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        return True
    call = statement.value if isinstance(statement, ast.Expr | ast.Return) else None
    return isinstance(call, ast.Call) and _dotted(call.func).rpartition(".")[2] in _LEAVING


def settings_prefix(node: ast.ClassDef) -> str | None:
    """What stands before the fields of pydantic settings in the environment; None where the class is none of these."""
    if not any(_dotted(base).endswith("BaseSettings") for base in node.bases):
        return None
    return next(
        (
            _constant(k.value)
            for part in subtree(node)
            if isinstance(part, ast.Call)
            for k in part.keywords
            if k.arg == "env_prefix"
        ),
        "",
    )


def _settings(node: ast.ClassDef) -> Iterator[Mention]:
    """Fields of pydantic settings: each is declared, with its type, and required ones are validated."""
    prefix = settings_prefix(node)
    if prefix is None:
        return
    for field in node.body:
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and field.target.id != "model_config"
        ):
            name = f"{prefix}{field.target.id}".upper()
            default = Default.NONE if field.value is None else _of_field(field.value)
            yield Mention(field.lineno, name, Act.USED, default=default)
            yield Mention(field.lineno, name, Act.DECLARED)
            if default is Default.NONE:
                yield Mention(field.lineno, name, Act.VALIDATED)


def _of_field(given: ast.expr) -> Default:
    """What a field falls back on, also where it is made by ``Field``."""
    if not isinstance(given, ast.Call) or _dotted(given.func).rpartition(".")[2] not in ("Field", "SecretStr"):
        return default_of(given)
    inner = next((one.value for one in given.keywords if one.arg == "default"), given.args[0] if given.args else None)
    if inner is None:
        return Default.VALUE if any(one.arg == "default_factory" for one in given.keywords) else Default.NONE
    if isinstance(inner, ast.Constant) and inner.value is ...:
        return Default.NONE
    return _of_field(inner)


def _constant(node: ast.expr) -> str:
    """The constant string that may be a variable's name, or an empty one."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and _may_be_variable(value) else ""


def _may_be_variable(text: str) -> bool:
    return len(text) >= _SHORTEST and text[0] != "_" and text.isascii() and text.isidentifier()


def _dotted(node: ast.AST) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""
