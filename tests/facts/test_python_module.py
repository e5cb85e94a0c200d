"""What a Python module says, does and claims."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.base import Fact, ParseFailure
from auditor.facts.effects import Effect
from auditor.facts.python_body import ends
from auditor.facts.python_module import PARSER, PythonFunction, PythonModule
from auditor.facts.python_skips import PARSER as SKIPS
from auditor.facts.python_stubs import PARSER as STUBS
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.source import Language, Role, SourceFile


def source(text: str | bytes, path: str = "module.py") -> Source:
    data = text.encode() if isinstance(text, str) else text
    return Source(SourceFile(path, "0" * 40, len(data), Language.PYTHON, Role.SHIPPED), data)


def module(text: str) -> PythonModule:
    fact = PARSER.parse(source(text))
    assert isinstance(fact, PythonModule)
    return fact


def function(text: str) -> PythonFunction:
    return module(text).functions[0]


@pytest.mark.parametrize(
    ("body", "effects"),
    [
        ("open(path)", {Effect.FILE_READ}),
        ("open(path, 'w')", {Effect.FILE_WRITE}),
        ("print('x')", {Effect.LOG}),
        ("self.logger.info('x')", {Effect.LOG}),
        ("sp.run(['ls'])", {Effect.PROCESS}),
        ("self.client.ping()", {Effect.UNKNOWN}),
        ("param.anything()", {Effect.UNKNOWN}),
        ("[].append(len('x'))", set()),
        ("x = {}\n    x.update(a=1)", set()),
        ("self.done = True", {Effect.STATE}),
        ("raise ValueError", {Effect.RAISE}),
        ("await param", {Effect.UNKNOWN}),
        ("await asyncio.sleep(1)", {Effect.SLEEP}),
    ],
)
def test_a_function_has_the_effects_of_its_statements(body: str, effects: set[Effect]) -> None:
    text = f"import asyncio\nimport subprocess as sp\n\nasync def work(self, param, path):\n    {body}\n"
    assert function(text).effects == effects


@pytest.mark.parametrize(
    ("returned", "verdict"),
    [
        ("True", Verdict.SUCCESS),
        ("(True, f'{x}')", Verdict.SUCCESS),
        ("'healthy'", Verdict.SUCCESS),
        ("{'status': 'ok', 'checks': x}", Verdict.SUCCESS),
        ("{'status': 'ok', 'healthy': x}", Verdict.OPEN),
        ("{'status': 'ok', 'valid': False}", Verdict.FAILURE),
        ("Result(success=True)", Verdict.SUCCESS),
        ("Result('db', Status.HEALTHY)", Verdict.SUCCESS),
        ("HealthStatus(healthy=False)", Verdict.FAILURE),
        ("Status.OK", Verdict.SUCCESS),
        ("all({'a': True}.values())", Verdict.SUCCESS),
        ("all(x)", Verdict.OPEN),
        ("False, 'no'", Verdict.FAILURE),
        ("None", Verdict.NOTHING),
        ("x", Verdict.OPEN),
        ("x > 1", Verdict.OPEN),
    ],
)
def test_a_return_says_success_only_where_nothing_else_can_come_of_it(returned: str, verdict: Verdict) -> None:
    assert function(f"def check(x):\n    return {returned}\n").verdicts == {verdict}


def test_a_name_that_changes_gives_no_verdict() -> None:
    text = "def check(items):\n    ok = True\n    for one in items:\n        ok = ok and one\n    return ok\n"
    assert function(text).verdicts == {Verdict.OPEN}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 1", True),
        ("if a:\n    return 1", False),
        ("if a:\n    return 1\nelse:\n    raise E", True),
        ("try:\n    return 1\nexcept E:\n    pass", False),
        ("try:\n    return 1\nexcept E:\n    return 2", True),
        ("with a:\n    return 1", True),
        ("while True:\n    pass", True),
        ("match a:\n    case 1:\n        return 1\n    case _:\n        return 2", True),
    ],
)
def test_ways_to_the_end_are_followed(body: str, expected: bool) -> None:
    assert ends(ast.parse(body).body) is expected


def test_nested_functions_keep_their_effects_to_themselves() -> None:
    outer, inner = module("def outer():\n    def inner():\n        open('x')\n    return inner\n").functions
    assert not outer.effects
    assert inner.effects == {Effect.FILE_READ}
    assert (inner.name, inner.nested) == ("outer.inner", True)


def test_python_2_is_a_parse_failure_with_its_line() -> None:
    with pytest.raises(ParseFailure) as failure:
        PARSER.parse(source("x = 1\nprint 'hello'\n"))
    assert failure.value.line == 2


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_parsers_survive_any_bytes(data: bytes) -> None:
    for parser in (PARSER, SKIPS, STUBS):
        try:
            fact = parser.parse(source(data))
        except ParseFailure:
            continue
        assert fact is None or isinstance(fact, Fact)


_PIECES = [
    "def f(x):\n    return True\n", "class A(B):\n    x = 1\n    def m(self): self.y()\n", "import a.b as c\n", "from . import *\n",
    "try:\n    import z\nexcept ImportError:\n    z = None\n", "async def g():\n    await h()\n", "f = lambda *a, **k: (yield)\n",
    "@d.e(1)\ndef k(a, /, b, *, c=1): ...\n", "match x:\n    case {'a': [1, *r]}: pass\n", "x: int = (y := 5)\n", "del x, y[0], z.w\n",
]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
def test_any_mixture_of_statements_gives_a_fact(text: str) -> None:
    try:
        fact = PARSER.parse(source(text))
    except ParseFailure:
        return
    assert isinstance(fact, PythonModule)


def test_what_inner_code_may_change_is_no_constant() -> None:
    text = (
        "def check():\n    seen = {'status': 'ok'}\n\n    def change():\n        seen['status'] = 'failed'\n\n"
        "    change()\n    return seen\n"
    )
    assert module(text).functions[0].verdicts == {Verdict.OPEN}


def test_a_container_that_is_only_read_keeps_its_verdict() -> None:
    text = "def check():\n    found = {'a': True}\n    found['b'] = True\n    return all(found.values())\n"
    assert function(text).verdicts == {Verdict.SUCCESS}


def test_a_long_chain_of_branches_is_read() -> None:
    text = "def f(x):\n    if x == 0:\n        return 0\n" + "".join(
        f"    elif x == {n}:\n        return {n}\n" for n in range(1, 400)
    )
    assert function(text).falls_through
