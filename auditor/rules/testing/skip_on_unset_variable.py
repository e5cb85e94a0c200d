"""AUD446: a test waits for a variable that nothing ever sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditor.facts.code_tests import CodeTests
from auditor.facts.flaws import Flaw
from auditor.facts.make_recipes import MakeRecipes
from auditor.facts.names_fact import Act, Names
from auditor.facts.names_known import is_given
from auditor.facts.pipeline_model import Job
from auditor.facts.python_skips import PythonSkips
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import SettingWords, words_elsewhere
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
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
    waiting = [
        (file.path, skip.line, skip.variable, skip.symbol)
        for file, skips in repository.of(PythonSkips)
        for skip in (skips.variable_skips if file.role is Role.TEST else ())
    ]
    waiting += [
        (file.path, one.line, one.detail, one.test)
        for file, tests in repository.of(CodeTests)
        for one in tests.flaws
        if one.flaw is Flaw.WAITS_FOR_VARIABLE
    ]
    made = _only_made(repository) if waiting else {}
    for path, line, variable, symbol in waiting:
        if variable in by_code or is_given(variable):
            continue
        target = made.get(variable, "") if variable in settings else ""
        if target:
            message = f"The test is skipped unless `{variable}` is set, which only `make {target}` does, and no pipeline runs that."
            yield Hit(path, line, line, message, symbol)
        if variable in settings:
            continue
        message = f"The test is skipped unless `{variable}` is set, which no workflow, script or document does: it never runs."
        yield Hit(path, line, line, message, symbol)


def _only_made(repository: RepositoryFacts) -> Mapping[str, str]:
    """Variables that a target of make alone sets, where no job of a pipeline makes it, each with that target."""
    jobs = jobs_of_repository(repository)
    recipes = [one for _, fact in repository.of(MakeRecipes) for one in fact.recipes]
    if not jobs or not recipes:
        return {}
    elsewhere = {
        name
        for file, words in repository.of(SettingWords)
        if file.language is not Language.MAKEFILE
        for name in words.settings
    }
    setting: dict[str, set[str]] = {}
    needed: dict[str, set[str]] = {}
    for one in recipes:
        for name in {name for command in all_commands(one.program.body) for name in _set_by(command)} - elsewhere:
            setting.setdefault(name, set()).add(one.target)
        for need in one.needs:
            needed.setdefault(need, set()).add(one.target)
    called = _made_by(jobs)
    return {
        name: min(targets)
        for name, targets in setting.items()
        if called.isdisjoint(targets) and all(called.isdisjoint(needed.get(one, ())) for one in targets)
    }


def _made_by(jobs: Iterable[tuple[str, Job]]) -> set[str]:
    """The targets that pipelines give to make."""
    programs = [step.program for _, job in jobs for step in job.steps if step.program]
    every = (command for program in programs for command in all_commands(program.body))
    return {text for command in every if command.name == "make" for text in command.texts[1:]}


def _set_by(command: Command) -> Iterator[str]:
    yield from (one.name for one in command.assignments)
    yield from (name for name, equals, _ in (text.partition("=") for text in command.texts) if equals)


RULE = Rule(
    id="AUD446",
    name="skip-on-unset-variable",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every test that waits for a variable run by somebody?",
    why="A test behind a switch that no pipeline turns on rots: it is listed, skipped, and no longer true.",
    limits="A variable that any workflow, script, configuration or document mentions counts as set, but one that only a target of make sets which no pipeline runs; so does one that a test file sets itself, and those of the platforms.",
    fix="Set the variable in a job of the pipeline, or select such tests with a marker that a job names.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"python-skips", "code-tests"}),
    roles=frozenset({Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="a variable that only a target of make sets",
            files={
                "tests/test_live.py": "import os\n\nimport pytest\n\n\n@pytest.mark.skipif(os.environ.get('RUN_LIVE_TESTS') != 'yes', reason='live')\ndef test_live(client):\n    assert client.ping()\n\n\n@pytest.mark.skipif(os.environ.get('RUN_SLOW_TESTS') != 'yes', reason='slow')\ndef test_slow(client):\n    assert client.ping()\n",
                "Makefile": "live:\n\tRUN_LIVE_TESTS=yes pytest -q\n\nslow:\n\tRUN_SLOW_TESTS=yes pytest -q\n",
                ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make slow\n",
            },
            found=("tests/test_live.py:6",),
        ),
        Example(
            title="a helper process of a Go test, which the test starts with its variable",
            files={
                "run/run_test.go": (
                    'package run\n\nimport (\n\t"os"\n\t"os/exec"\n\t"testing"\n)\n\nfunc TestHelperProcess(t *testing.T) {\n\tif os.Getenv("WANT_HELPER") != "1" {\n\t\tt.SkipNow()\n\t}\n'
                    "\tif err := serve(); err != nil {\n\t\tt.Fatal(err)\n\t}\n}\n\n"
                    'func TestRun(t *testing.T) {\n\tcmd := exec.Command(os.Args[0], "-test.run=TestHelperProcess")\n\tcmd.Env = append(os.Environ(), "WANT_HELPER=1")\n\tif err := cmd.Run(); err != nil {\n\t\tt.Fatal(err)\n\t}\n}\n'
                )
            },
        ),
        Example(
            title="the same in TypeScript and Go",
            files={
                "test/live.test.ts": (
                    "const url = process.env.LIVE_STORE_URL;\n\n(url ? describe : describe.skip)('live', () => {\n  it('answers', async () => {\n    expect(await ask(url)).toBe(1);\n  });\n});\n"
                ),
                "store_test.go": (
                    'package store\n\nimport (\n\t"os"\n\t"testing"\n)\n\nfunc TestLive(t *testing.T) {\n\tif os.Getenv("LIVE_STORE_DSN") == "" {\n\t\tt.Skip("no store")\n\t}\n'
                    "\tif err := ask(); err != nil {\n\t\tt.Fatal(err)\n\t}\n}\n"
                ),
                ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test && go test ./...\n",
            },
            found=("store_test.go:9", "test/live.test.ts:3"),
        ),
        Example(
            title="in TypeScript and Go, set by a job, or a variable that turns tests off",
            files={
                "test/live.test.ts": (
                    "const url = process.env.LIVE_STORE_URL;\n\n(url ? describe : describe.skip)('live', () => {\n  it('answers', async () => {\n    expect(await ask(url)).toBe(1);\n  });\n});\n\n"
                    "(process.env.NO_NETWORK_HERE ? describe.skip : describe)('net', () => {\n  it('answers', async () => {\n    expect(await ask('net')).toBe(1);\n  });\n});\n"
                ),
                ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    env:\n      LIVE_STORE_URL: http://store:1\n    steps:\n      - run: npm test\n",
            },
        ),
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
            title="an address that the module reads once",
            files={
                "tests/test_stage.py": (
                    "import os\n\nimport pytest\n\nSTAGE = os.environ.get('STAGE_BASE_URL', '')\nTOKEN = os.getenv('STAGE_TOKEN')\nMODE = os.getenv('STAGE_MODE', 'quick')\n\n\n"
                    "@pytest.mark.skipif(not STAGE, reason='no stage')\ndef test_stage(client):\n    assert client.get(STAGE).ok\n\n\n"
                    "@pytest.mark.skipif(TOKEN is None, reason='no token')\ndef test_token(client):\n    assert client.get(TOKEN).ok\n\n\n"
                    "@pytest.mark.skipif(not MODE, reason='no mode')\ndef test_mode(client):\n    assert client.get(MODE).ok\n"
                ),
                ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
            },
            found=("tests/test_stage.py:10", "tests/test_stage.py:15"),
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
