"""What calls give, against what functions and classes take: only what cannot be right is a fault."""

import pytest

from auditor.engine.scan import scan
from auditor.facts.argument_faults import fault_of
from auditor.facts.made_classes import made_faults
from auditor.facts.metric_recorders import unrecorded
from auditor.facts.python_calls import PythonCall
from auditor.facts.python_signatures import PARSER, PythonSignatures, Signature
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import setting_readers
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile
from auditor.repo.inventory import memory_inventory


def _facts(tree: dict[str, str]) -> RepositoryFacts:
    inventory, reader = memory_inventory(tree)
    return scan(inventory, reader, ()).facts


def _signature(text: str) -> Signature:
    file = SourceFile("app.py", "0" * 40, len(text), Language.PYTHON, Role.SHIPPED)
    fact = PARSER.parse(Source(file, text.encode()))
    assert isinstance(fact, PythonSignatures)
    return fact.functions[0]


@pytest.mark.parametrize(
    ("definition", "given", "names", "fault"),
    [
        ("def f(a, b=1): ...", 1, (), ""),
        ("def f(a, b=1): ...", 1, ("b",), ""),
        ("def f(a, b=1): ...", 3, (), "takes 2 positional arguments, not 3"),
        ("def f(): ...", 1, (), "takes no positional arguments, not 1"),
        ("def f(a): ...", 0, (), "needs `a`, which is not given"),
        ("def f(a, *, b): ...", 1, (), "needs `b`, which is not given"),
        ("def f(a, *, b): ...", 1, ("b", "c"), "has no argument `c`"),
        ("def f(a, /, b): ...", 1, ("a", "b"), "has no argument `a`"),
        ("def f(a, /, **rest): ...", 1, ("a",), ""),
        ("def f(a, b): ...", 2, ("b",), "is given `b` twice"),
        ("def f(*parts, **rest): ...", 9, ("x",), ""),
        ("def f(*parts, end): ...", 9, ("end",), ""),
        ("class A:\n    def f(self, a): ...", 1, (), ""),
        ("class A:\n    @staticmethod\n    def f(a, b): ...", 1, (), "needs `b`, which is not given"),
        ("class A:\n    @classmethod\n    def f(cls, a): ...", 1, (), ""),
    ],
)
def test_arguments_are_bound_as_python_binds_them(
    definition: str, given: int, names: tuple[str, ...], fault: str
) -> None:
    call = PythonCall(line=1, name="f", given=given, names=names, lines=(1,) * len(names))
    found = fault_of(call, _signature(definition))
    assert (found.text if found else "") == fault


def test_what_cannot_be_counted_is_no_fault() -> None:
    signature = _signature("def f(a, b): ...")
    assert fault_of(PythonCall(line=1, name="f", given=-1), signature) is None
    assert fault_of(PythonCall(line=1, name="f", given=0, open=True), signature) is None


@pytest.mark.parametrize(
    ("classes", "call", "fault"),
    [
        (
            "@dataclass\nclass A:\n    a: int\n    b: int = 0\n\n\n@dataclass\nclass B(A):\n    c: int = 1\n",
            "B(1, 2, 3)",
            "",
        ),
        (
            "@dataclass\nclass B:\n    a: int\n    c: int = field(init=False)\n",
            "B(1, 2)",
            "takes 1 positional argument, not 2",
        ),
        ("@dataclass(kw_only=True)\nclass B:\n    a: int\n", "B(1)", "takes no positional arguments, not 1"),
        ("@dataclass\nclass B:\n    a: int\n    _: KW_ONLY\n    b: int\n", "B(1)", "needs `b`, which is not given"),
        ("@dataclass\nclass B:\n    a: list = field(default_factory=list)\n    n: ClassVar[int] = 1\n", "B()", ""),
        ("@dataclass\nclass B:\n    a: int\n\n    def __init__(self): ...\n", "B()", ""),
        ("class B(BaseModel):\n    a: int\n    b: int | None = None\n", "B(a=1, c=2)", "has no field `c`"),
        ("class B(BaseModel):\n    model_config = ConfigDict(extra='allow')\n    a: int\n", "B(a=1, c=2)", ""),
        (
            "class B(BaseModel):\n    a: int\n\n    @model_validator(mode='before')\n    def work(cls, data): ...\n",
            "B(c=2)",
            "",
        ),
        ("class B(NamedTuple):\n    a: int\n", "B(1, 2)", ""),
        ("class B(Unknown):\n    def __init__(self): ...\n", "B(1)", ""),
        ("class B:\n    def __new__(cls, *parts): ...\n\n    def __init__(self): ...\n", "B(1)", ""),
    ],
)
def test_classes_are_made_as_their_makers_say(classes: str, call: str, fault: str) -> None:
    imports = (
        "from dataclasses import KW_ONLY, dataclass, field\nfrom typing import ClassVar, NamedTuple\n\n"
        "from elsewhere import Unknown\nfrom pydantic import BaseModel, ConfigDict, model_validator\n\n\n"
    )
    facts = _facts(
        {"shop/models.py": imports + classes, "shop/main.py": f"from shop.models import B\n\nONE = {call}\n"}
    )
    assert [found.text for _, _, found in made_faults(facts)] == ([fault] if fault else [])


_METRIC = "from prometheus_client import Counter\n\nORDERS_DONE = Counter('orders_total', 'n', ['state'])\n"


@pytest.mark.parametrize(
    ("module", "other", "silent"),
    [
        ("def record_order():\n    ORDERS_DONE.labels('x').inc()\n", "", True),
        (
            "def record_order():\n    ORDERS_DONE.labels('x').inc()\n",
            "from shop.metrics import record_order\n\nrecord_order()\n",
            False,
        ),
        (
            "def record_order():\n    ORDERS_DONE.labels('x').inc()\n\n\ndef count_all():\n    record_order()\n",
            "",
            True,
        ),
        ("def record_order():\n    ORDERS_DONE.labels('x').inc()\n\n\nrecord_order()\n", "", False),
        ("def record_order():\n    ORDERS_DONE.labels('x').inc()\n", "getattr(metrics, 'record_order')()\n", False),
        ("ALL = [ORDERS_DONE]\n", "", False),
        ("", "def work(metrics):\n    metrics.ORDERS_DONE.labels('x').inc()\n", False),
        ("", "ORDERS_DONE = 3\nprint(ORDERS_DONE)\n", True),
        ("def order():\n    ORDERS_DONE.labels('x').inc()\n", "", False),
    ],
)
def test_a_metric_is_silent_only_where_nothing_can_record_into_it(module: str, other: str, silent: bool) -> None:
    facts = _facts({"shop/metrics.py": f"{_METRIC}\n\n{module}", "shop/main.py": other})
    assert ("orders_total" in facts.derive(unrecorded)) is silent


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("app.py", "import os\n\nLIMIT = os.environ['SHOP_' + 'LIMIT']\n", "SHOP_LIMIT"),
        ("app.py", "import os\n\n\ndef read(shop):\n    return os.environ[f'{shop}_API_LIMIT']\n", "SHOP_API_LIMIT"),
        (
            "app.py",
            "class A(BaseSettings):\n    daily_limit: int\n    model_config = SettingsConfigDict(env_prefix='shop')\n",
            "SHOP_DAILY_LIMIT",
        ),
        ("app.py", "class A(BaseSettings):\n    daily_limit: int\n", "QUEUE__DAILY_LIMIT"),
        ("app.ts", "const limit = process.env.SHOP_LIMIT\n", "SHOP_LIMIT"),
        ("main.go", 'package main\n\nvar limit = os.Getenv("SHOP_LIMIT")\n', "SHOP_LIMIT"),
        ("run.sh", "#!/bin/sh\necho $SHOP_LIMIT\n", "SHOP_LIMIT"),
        ("compose.yaml", "services:\n  a:\n    environment:\n      LIMIT: ${SHOP_LIMIT}\n", "SHOP_LIMIT"),
        ("app.py", "import os\n\nfor name, value in os.environ.items():\n    print(name)\n", "ANYTHING_AT_ALL"),
    ],
)
def test_a_setting_may_be_read_in_many_ways(path: str, text: str, name: str) -> None:
    assert _facts({path: text}).derive(setting_readers).may_read(name)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yaml", "services:\n  a:\n    environment:\n      SHOP_LIMIT: 3\n"),
        ("compose.yaml", "services:\n  a:\n    environment:\n      - SHOP_LIMIT=3\n"),
        ("k8s.yaml", "spec:\n  env:\n    - name: SHOP_LIMIT\n      value: '3'\n"),
        (".env", "SHOP_LIMIT=3\n"),
        ("README.md", "Set `SHOP_LIMIT`.\n"),
        ("app.py", "def work(shop_limit):\n    return shop_limit\n"),
    ],
)
def test_giving_a_setting_a_value_is_not_reading_it(path: str, text: str) -> None:
    assert not _facts({path: text}).derive(setting_readers).may_read("SHOP_LIMIT")
