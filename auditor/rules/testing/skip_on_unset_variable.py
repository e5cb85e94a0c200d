"""AUD446: a test waits for a variable that nothing ever sets."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.names_fact import Act, Names
from auditor.facts.names_known import is_given
from auditor.facts.python_skips import PythonSkips
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import words_elsewhere
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    _, settings = repository.derive(words_elsewhere)
    by_code = {
        mention.name
        for _, names in repository.of(Names)
        for mention in names.items
        if mention.act in (Act.PASSED, Act.DECLARED)
    }
    for file, skips in repository.of(PythonSkips):
        for skip in skips.variable_skips if file.role is Role.TEST else ():
            if skip.variable in settings or skip.variable in by_code or is_given(skip.variable):
                continue
            message = f"The test is skipped unless `{skip.variable}` is set, which no workflow, script or document does: it never runs."
            yield Hit(file.path, skip.line, skip.line, message, skip.symbol)


RULE = Rule(
    id="AUD446",
    name="skip-on-unset-variable",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every test that waits for a variable run by somebody?",
    why="A test behind a switch that no pipeline turns on rots: it is listed, skipped, and no longer true.",
    limits="A variable that any workflow, script, configuration or document mentions counts as set; so does one that a test file sets itself, and those of the platforms.",
    fix="Set the variable in a job of the pipeline, or select such tests with a marker that a job names.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"python-skips"}),
    roles=frozenset({Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="a switch that nobody turns on",
            files={
                "tests/test_live.py": (
                    "import os\n\nimport pytest\n\n\n@pytest.mark.skipif(not os.getenv('RUN_LIVE_TESTS'), reason='live')\ndef test_live(client):\n    assert client.ping()\n\n\n"
                    "def test_slow(client):\n    if os.environ.get('SLOW_TESTS') != '1':\n        pytest.skip('slow')\n    assert client.slow()\n"
                ),
                ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
            },
            found=("tests/test_live.py:12", "tests/test_live.py:6"),
        ),
        Example(
            title="set by a job, named in a document, or asked for the other way round",
            files={
                "tests/test_live.py": (
                    "import os\n\nimport pytest\n\n\n@pytest.mark.skipif(not os.getenv('RUN_LIVE_TESTS'), reason='live')\ndef test_live(client):\n    assert client.ping()\n\n\n"
                    "def test_slow(client):\n    if os.environ.get('SLOW_TESTS') != '1':\n        pytest.skip('slow')\n    assert client.slow()\n\n\n"
                    "@pytest.mark.skipif(bool(os.getenv('NO_NETWORK_HERE')), reason='offline')\ndef test_net(client):\n    assert client.net()\n"
                ),
                ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    env:\n      RUN_LIVE_TESTS: '1'\n    steps:\n      - run: pytest\n",
                "CONTRIBUTING.md": "Run `SLOW_TESTS=1 pytest` before a release.\n",
            },
        ),
    ),
)
