"""AUD944: a test is named for what is missing or invalid, and everything in it is in order."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from auditor.facts.claims import words_of
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FAULTS = frozenset(
    {"missing", "invalid", "malformed", "corrupt", "corrupted", "broken", "bad", "wrong", "unset", "absent", "expired"}
)
_OF = frozenset({
    "env", "environment", "config", "configuration", "settings", "setting", "input", "data", "token", "key", "credentials", "file", "payload", "variable", "variables", "parameters", "params",
})  # fmt: skip
_MAKES = (ast.With, ast.AsyncWith, ast.Try, ast.Raise, ast.Delete, ast.For, ast.AsyncFor, ast.Lambda, ast.Dict)
"""What a test may make a fault with."""
_LOOKS = frozenset({"isinstance", "len", "str", "hasattr", "bool", "int", "issubclass", "print", "getattr", "type"})


def _check(source: Source) -> Iterator[Hit]:
    if "autouse" in source.text:
        return
    functions = syntax_of(source).functions
    around = {one.name for one in functions if _sets_up(one.name)}
    for view in functions:
        words = set(words_of(view.name))
        if view.is_test and words & _FAULTS and words & _OF and _is_in_order(view, around):
            message = f"{view.name} makes nothing missing or invalid: it asserts what holds in any case."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _is_in_order(view: FunctionView, around: Collection[str]) -> bool:
    """Whether a test calls what it tests without giving it anything, and puts nothing in another place before."""
    if any(name not in ("self", "cls") for name in view.parameters) or view.of(*_MAKES) or view.node.decorator_list:
        return False
    if view.of(ast.Subscript) or any(not isinstance(one.ctx, ast.Load) for one in view.of(ast.Attribute)):
        return False
    if any(_FAULTS & set(words_of(one)) for one in _names(view)) or any(_sets_up(one) for one in around):
        return False
    tested = [one for one in view.calls if last_name(one.func) not in _LOOKS and not _on_result(one)]
    given = [one for one in tested if one.args or one.keywords]
    return bool(tested) and not given and bool(view.of(ast.Assert))


def _on_result(call: ast.Call) -> bool:
    """``name.startswith("a")``: a question to what came out."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("startswith", "endswith", "lower", "strip")


def _names(view: FunctionView) -> Iterator[str]:
    """What the body names: ``user_with_invalid_token()``, ``BROKEN``, ``"missing"``."""
    yield from (one.id for one in view.of(ast.Name))
    yield from (one.attr for one in view.of(ast.Attribute))
    yield from (one.value for one in view.of(ast.Constant) if isinstance(one.value, str))


def _sets_up(name: str) -> bool:
    return name.lower().startswith(("setup", "set_up"))


RULE = Rule(
    id="AUD944",
    name="fault-never-made",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every test that is named for a fault make it?",
    why="A test of the missing environment that removes no variable passes on every machine, and says nothing of the day when one is missing.",
    limits="Judged are tests without fixtures, parameters, blocks and tables that give nothing to what they call, change nothing and name no fault; files that set something up before every test are left alone.",
    fix="Remove the variable, or hand over the invalid value, and assert what then has to happen.",
    since="0.9.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    check_file=_check,
    examples=(
        Example(
            title="an environment from which nothing is missing",
            files={
                "tests/test_settings.py": (
                    "from shop.settings import Settings\n\n\nclass TestErrors:\n    def test_missing_env_handling(self):\n        settings = Settings()\n        assert settings.url is not None\n        assert isinstance(settings.name, str)\n"
                ),
            },
            found=("tests/test_settings.py:5",),
        ),
        Example(
            title="tests that make the fault, by a fixture, a value, a block and a deletion, and before every test",
            files={
                "tests/test_before.py": "from shop.settings import Settings\n\n\nclass TestErrors:\n    def setup_method(self):\n        clear()\n\n    def test_missing_env_handling(self):\n        settings = Settings()\n        assert settings.url is None\n",
                "tests/test_settings.py": (
                    "import os\n\nimport pytest\n\nfrom shop.settings import Settings\n\n\ndef test_missing_env(monkeypatch):\n    monkeypatch.delenv('URL')\n    assert Settings().url is None\n\n\n"
                    "def test_invalid_config():\n    assert Settings(url='?').errors\n\n\ndef test_missing_key():\n    with pytest.raises(KeyError):\n        Settings().read()\n\n\n"
                    "def test_missing_key_gives_nothing():\n    settings = Settings()\n    assert settings.get('nothing') is None\n\n\n"
                    "def test_invalid_token():\n    user = user_with_invalid_token()\n    assert user.name is None\n\n\n"
                    "def test_unset_variable():\n    os.environ.pop('URL')\n    assert Settings().url is None\n"
                ),
            },
        ),
    ),
)
