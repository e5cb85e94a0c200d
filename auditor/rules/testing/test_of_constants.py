"""AUD441: a test in which nothing of the project takes part."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, attributes_in, dotted, syntax_of
from auditor.facts.source import Source
from auditor.facts.test_reach import TestReach
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.test_of_itself import rests_on_itself

__all__ = ["RULE"]

_DATA = pattern(
    r"(?i)(?:^|/)(?:fixtures?|resources?|data|testdata|assets|samples?|examples?|files|cases|projects?|plugins?|inputs?)/"
)
_ASSERTING = ("assert", "fail", "raises", "warns")
_METHOD = pattern(r"^(?:self\.(?:assert|fail$)|pytest\.(?:raises|warns)$)")


def _check(source: Source) -> Iterator[Hit]:
    if _DATA.search(source.path):
        return
    syntax = syntax_of(source)
    methods = any(one.startswith(_ASSERTING) for one in attributes_in(syntax.tree))
    tests = [one for one in syntax.functions if one.is_test and (one.of(ast.Assert) or (methods and _asserts(one)))]
    if not tests:
        return
    reach = TestReach(syntax, source.path)
    closed = [view for view in tests if reach.is_closed(view)]
    proved = reach.helpers_of(view for view in syntax.functions if reach.reaches_out(view))
    for view in closed:
        if not proved & reach.helpers_of([view]) and not rests_on_itself(view, syntax):
            message = f"{view.name} calls nothing of the project: what it asserts, it has itself laid down."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _asserts(view: FunctionView) -> bool:
    """Whether a test calls a method that asserts."""
    return any(_METHOD.search(dotted(call.func, {}) or ast.unparse(call.func)) for call in view.calls)


RULE = Rule(
    id="AUD441",
    name="test-of-constants",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every test call code of the project?",
    why="A test that builds a dictionary and asserts what is in it stays green whatever the product does, and is counted as coverage.",
    limits=(
        "Helpers, classes and fixtures are followed within the file; a fixture of a `conftest.py`, a patch, a file that is opened, a module "
        "that is not of the standard library (numpy, pandas and scipy are counted to it) or an unknown decorator count as code of the project. A test of a helper that other tests use on "
        "code of the project is accepted. Folders of test data are left alone."
    ),
    fix="Import what the test is named for and assert on what that returns; delete the test where there is no such thing.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("assert", "self.fail"),
    examples=(
        Example(
            title="files that the test itself wrote, and one of the project",
            files={
                "tests/test_files.py": (
                    "import pytest\n\n\n@pytest.fixture\ndef model(tmp_path):\n    path = tmp_path / 'model.txt'\n    with open(path, 'w') as file:\n        file.write('a model')\n    return path\n\n\n"
                    "def test_network(tmp_path):\n    made = tmp_path / 'main.tf'\n    made.write_text('cidr = 10')\n    with open(made) as file:\n        assert 'cidr' in file.read()\n\n\n"
                    "def test_model(model):\n    with open(model) as file:\n        assert 'model' in file.read()\n\n\n"
                    "def test_main(tmp_path):\n    path = tmp_path / 'main.tf'\n    path = 'main.tf'\n    with open(path) as file:\n        assert 'cidr' in file.read()\n"
                )
            },
            found=("tests/test_files.py:12", "tests/test_files.py:19"),
        ),
        Example(
            title="literals, helpers and classes of the test itself",
            files={
                "tests/test_orders.py": (
                    "import json\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Order:\n    total: int\n\n\n"
                    "def add(left, right):\n    return left + right\n\n\n"
                    'def test_states():\n    states = ["new", "paid"]\n    assert len(states) == 2\n    assert "paid" in states\n\n\n'
                    "def test_total():\n    order = Order(total=add(1, 2))\n    assert json.loads(json.dumps(order.total)) == 3\n"
                ),
                "tests/test_frames.py": (
                    "import numpy as np\nimport pytest\n\n\n@pytest.fixture\ndef prices():\n    return np.ones(3)\n\n\ndef test_prices(prices):\n    assert prices.sum() == 3\n"
                ),
                "tests/test_limits.py": (
                    "import os\nimport unittest\n\nimport pytest\n\n\nclass LimitTest(unittest.TestCase):\n    def setUp(self):\n"
                    "        self.limits = {'daily': 10}\n\n    def test_daily(self):\n        self.assertEqual(self.limits['daily'], 10)\n\n\n"
                    '@pytest.mark.parametrize("size", [1, 2])\ndef test_sizes(size):\n    assert size > 0\n\n\n'
                    'def test_setting():\n    url = os.getenv("APP_URL", "http://a.test")\n    assert url.startswith("http")\n'
                ),
            },
            found=(
                "tests/test_frames.py:10",
                "tests/test_limits.py:11",
                "tests/test_limits.py:16",
                "tests/test_limits.py:20",
                "tests/test_orders.py:14",
                "tests/test_orders.py:20",
            ),
        ),
        Example(
            title="a test of a helper that other tests need",
            files={
                "tests/test_pages.py": (
                    "from shop import pages\n\n\ndef words(text):\n    return text.split()\n\n\ndef test_words():\n    assert words('a b') == ['a', 'b']\n\n\n"
                    "def test_page():\n    assert 'shop' in words(pages.first())\n"
                ),
            },
        ),
        Example(
            title="code of the project, however it is reached",
            files={
                "tests/test_orders.py": (
                    "import subprocess\nfrom unittest.mock import patch\n\nimport pytest\nfrom shop import Order\n\nALL = [Order(1)]\n\n\n"
                    "class Cheap(Order):\n    pass\n\n\ndef make():\n    return Order(2)\n\n\n@pytest.fixture\ndef order():\n    return make()\n\n\n"
                    "def test_helper():\n    assert make().total == 2\n\n\ndef test_subclass():\n    assert Cheap(1).total == 1\n\n\n"
                    "def test_fixture(order):\n    assert order.total == 2\n\n\ndef test_given(client):\n    assert client.get('/').ok\n\n\n"
                    "def test_process():\n    assert subprocess.run(['shop']).returncode == 0\n\n\n"
                    "def test_file():\n    assert 'x' in open('setup.cfg').read()\n\n\n"
                    "def test_table():\n    import pandas as pd\n    assert len(pd.read_csv('prices.csv')) > 0\n\n\n"
                    "def test_import():\n    import shop.api\n    assert True\n\n\n"
                    "@pytest.mark.parametrize('order', ALL)\ndef test_all(order):\n    assert order\n\n\n"
                    "def test_patched():\n    with patch('shop.api.send') as send:\n        assert send is not None\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
