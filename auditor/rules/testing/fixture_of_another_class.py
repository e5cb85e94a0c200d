"""AUD444: a test asks for a fixture that it cannot see."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pytest_fixtures import PytestFixtures, Request
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    found = list(repository.of(PytestFixtures))
    shared: dict[str, set[str]] = {}
    everywhere: set[str] = set()
    for file, fact in found:
        names = {one.name for one in fact.fixtures if not one.owner} | (
            {*fact.names} if file.name == "conftest.py" else set()
        )
        if file.name == "conftest.py":
            shared[file.path.rpartition("/")[0]] = names
        elif not file.name.startswith("test"):
            everywhere |= names
    for file, fact in found:
        if file.role is not Role.TEST or fact.open:
            continue
        visible = everywhere | _from_above(file.path, shared) | {*fact.names}
        for request in fact.requests:
            owner = _hidden_in(request, fact)
            if owner and request.name not in visible:
                message = f"{request.test} asks for the fixture `{request.name}`, which only {owner} has: the test ends in an error and never runs."
                yield Hit(file.path, request.line, request.line, message, request.test)


def _from_above(path: str, shared: dict[str, set[str]]) -> set[str]:
    """What the conftest files of the folder and of those around it give."""
    folder, found = path.rpartition("/")[0], set[str]()
    while True:
        found |= shared.get(folder, set())
        if not folder:
            return found
        folder = folder.rpartition("/")[0]


def _hidden_in(request: Request, fact: PytestFixtures) -> str:
    """The class of the same file that defines the fixture for itself; empty where the test can see it, or nobody has it."""
    owners = {one.owner for one in fact.fixtures if one.name == request.name}
    if not owners or "" in owners or owners & set(request.owners):
        return ""
    return min(owners)


RULE = Rule(
    id="AUD444",
    name="fixture-of-another-class",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can every test see the fixtures that it asks for?",
    why="A fixture that is defined in a class belongs to that class: a test of another one is an error at its set-up, which looks like an environment that is broken.",
    limits="Reported where a class of the same file has the fixture and no conftest, import or plugin module of the repository does. Fixtures that nobody defines may come from a plugin.",
    fix="Move the fixture to the module or to a conftest.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"pytest-fixtures"}),
    roles=frozenset({Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="a client of the class above",
            files={
                "tests/test_api.py": (
                    "import pytest\n\nfrom shop import app\n\n\nclass TestOrders:\n    @pytest.fixture\n    def shop_client(self):\n        return app.client()\n\n"
                    "    def test_list(self, shop_client):\n        assert shop_client.get('/').ok\n\n\n"
                    "class TestCarts:\n    def test_list(self, shop_client):\n        assert shop_client.get('/carts').ok\n"
                ),
            },
            found=("tests/test_api.py:16",),
        ),
        Example(
            title="inherited, shared and parametrized",
            files={
                "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef cart():\n    return object()\n",
                "tests/test_api.py": (
                    "import pytest\n\n\nclass TestBase:\n    @pytest.fixture\n    def shop_client(self):\n        return object()\n\n    @pytest.fixture\n    def cart(self):\n        return object()\n\n\n"
                    "class TestCarts(TestBase):\n    def test_list(self, shop_client):\n        assert shop_client\n\n\n"
                    "def test_cart(cart):\n    assert cart\n\n\n@pytest.mark.parametrize('shop_client', [1])\ndef test_given(shop_client):\n    assert shop_client\n"
                ),
            },
        ),
    ),
)
