"""AUD448: where the code under test cannot be imported, its tests run against doubles."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import caught
from auditor.facts.python_open_imports import fails_openly
from auditor.facts.python_syntax import PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DOUBLE = pattern(r"(?i)mock|fake|stub|dummy|placeholder")
_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", ""})
_LIBRARIES = pattern(
    r"^(?:pytest|hypothesis|unittest|mock|typing|typing_extensions|tomllib|tomli|importlib\w*|aiohttp|httpx|requests|numpy|torch|redis|prometheus_client)(?:\.|$)"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for node in syntax.module_nodes:
        if not isinstance(node, ast.Try):
            continue
        own = sorted({name for name in _imported(node.body) if not _LIBRARIES.search(name)})
        for handler in node.handlers if own and not fails_openly(node, syntax) else ():
            double = _double_in(handler, syntax)
            if double:
                message = f"Where {own[0]} cannot be imported, the tests run against {double} and stay green."
                yield Hit(source.path, handler.lineno, handler.body[-1].end_lineno or handler.lineno, message)


def _double_in(handler: ast.ExceptHandler, syntax: PythonSyntax) -> str:
    """The name of a class that the handler of a failing import defines to stand in; empty where it defines none."""
    if not {*caught(handler, syntax)} & _IMPORTS:
        return ""
    classes = [one.name for one in handler.body if isinstance(one, ast.ClassDef)]
    doubles = [
        one.targets[0].id
        for one in handler.body
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Name)
        and _DOUBLE.search(ast.unparse(one.value))
    ]
    return next(iter([*classes, *doubles]), "")


def _imported(body: list[ast.stmt]) -> Iterator[str]:
    """The modules with more than one part, or relative ones: dependencies are mostly imported by one."""
    for node in own_nodes(body):
        if isinstance(node, ast.ImportFrom) and (node.level or "." in (node.module or "")):
            yield "." * node.level + (node.module or "")


RULE = Rule(
    id="AUD448",
    name="double-for-missing-import",
    category=Category.SKIPPED_TEST,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do tests fail where the code under test cannot be imported?",
    why="A test that defines the class under test itself, in case the import fails, passes when the product is broken.",
    limits="Judged are handlers of failing imports at the top of test files that define a class or a mock; libraries that tests commonly stand in for are left alone.",
    fix="Import the code under test without a net; put doubles of other systems into fixtures.",
    since="0.2.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("except",),
    examples=(
        Example(
            title="a class of the test's own in place of the product's",
            files={
                "tests/test_pay.py": "try:\n    from shop.core.pay import Pay\nexcept ImportError:\n    class Pay:\n        def run(self):\n            return True\n\n\ndef test_pay():\n    assert Pay().run()\n"
            },
            found=("tests/test_pay.py:3",),
        ),
        Example(
            title="imported once more for type checkers, by a helper that nobody may call, and by tests that are skipped without it",
            files={
                "tests/test_press.py": (
                    "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from shop.core.press import Press\n\n"
                    "try:\n    from shop.core.press import Press\nexcept ImportError:\n    class Press:\n        pass\n\n\ndef test_press():\n    assert Press()\n"
                ),
                "tests/test_bank.py": "try:\n    from shop.core.bank import Bank\nexcept ImportError:\n    class Bank:\n        pass\n\n\ndef made():\n    from shop.core.bank import Bank\n\n    return Bank()\n",
                "tests/test_mail.py": (
                    "import pytest\n\ntry:\n    from shop.core.mail import Mail\nexcept ImportError:\n    class Mail:\n        pass\n\nneeds_mail = pytest.mark.skipif(not hasattr(Mail, 'send'), reason='no mail')\n\n\n"
                    "@needs_mail\ndef test_mail():\n    from shop.core.mail import Mail\n\n    assert Mail().send()\n"
                ),
                "tests/test_post.py": "import pytest\n\ntry:\n    from shop.core.post import Post\nexcept ImportError:\n    class Post:\n        pass\n\npytestmark = [pytest.mark.skipif(not hasattr(Post, 'send'), reason='no post')]\n\n\ndef test_post():\n    from shop.core.post import Post\n\n    assert Post().send()\n",
            },
            found=("tests/test_bank.py:3", "tests/test_mail.py:5", "tests/test_post.py:5", "tests/test_press.py:8"),
        ),
        Example(
            title="a library that may be missing, a plain import, and one that other tests of the file need",
            files={
                "tests/test_press.py": "try:\n    from shop.core import press\nexcept ImportError:\n    class press:\n        class Press:\n            pass\n\n\nclass Faster(press.Press):\n    pass\n\n\ndef test_turn():\n    from shop.core.press import turn\n\n    assert turn(Faster())\n",
                "tests/test_pay.py": "from shop.core.pay import Pay\n\ntry:\n    from hypothesis.strategies import text\nexcept ImportError:\n    class text:\n        pass\n\n\ndef test_pay():\n    assert Pay().run(text)\n",
            },
        ),
    ),
    check_file=_check,
)
