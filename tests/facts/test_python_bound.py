"""What spares a file the compiler's reading of scopes never hides a name that is not bound."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditor.facts
from auditor.facts.python_bound import all_plainly_bound
from auditor.facts.python_syntax import syntax_of
from auditor.facts.python_undefined import BUILTINS, missing_names
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

SOURCES = sorted(Path(auditor.facts.__file__).parent.glob("python_*.py"))
LINES = (
    "a = 1", "print(a)", "b = [a for a in c]", "def f(a, b=c):\n    return a + b", "def f():\n    global a\n    a = 1",
    "def f():\n    c = 1\n    def g():\n        return c + a\n    return g", "class C:\n    a = 1\n    b = a",
    "class C:\n    a = 1\n    b = [a for _ in ()]", "class C:\n    a = 1\n    def f(self):\n        return a", "f = lambda a: a + b",
    "import a.b", "from x import y as c", "try:\n    b\nexcept E as c:\n    print(c)", "c = lambda: (a := 1)",
    "def f():\n    b = 1\n    class D:\n        x = b\n    return a", "match a:\n    case [b, *c]:\n        print(b, c)", "del a", "x = {a: b for a in a}",
    "async def f():\n    return [c async for c in b]", "@a\ndef c() -> b: ...", "with a as b: print(b)", "for a in b: print(a)",
)  # fmt: skip


def _source(text: str) -> Source:
    data = text.encode()
    return Source(SourceFile("a.py", "", len(data), Language.PYTHON, Role.SHIPPED), data)


def _is_missed(text: str) -> bool:
    source = _source(text)
    return all_plainly_bound(syntax_of(source), BUILTINS) and bool(missing_names(source))


@given(lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=6))
def test_a_name_that_is_missing_is_not_taken_for_bound(lines: list[str]) -> None:
    assert not _is_missed("\n".join(lines))


def test_nearly_all_files_that_are_whole_are_spared() -> None:
    spared = [path for path in SOURCES if all_plainly_bound(syntax_of(_source(path.read_text())), BUILTINS)]
    assert len(spared) > len(SOURCES) * 9 // 10


@pytest.mark.parametrize("name", ["node", "ast", "syntax", "view", "source"])
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_name_that_loses_its_first_binding_is_noticed(path: Path, name: str) -> None:
    text = path.read_text()
    for changed in (text.replace(f" {name}:", " other:", 1), text.replace(f"import {name}", "import other", 1)):
        assert not _is_missed(changed)
