"""AUD491: a script of package.json, or a command of Go, selects tests of which there are none."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.code_functions import CodeFunctions
from auditor.facts.invocations import Origin, invocations
from auditor.facts.package_scripts import PackageScripts, simple_commands
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_RUNNERS = frozenset({"jest", "vitest"})
_BY_PATH = ("--testPathPattern", "--testPathPatterns")
_PLAIN = pattern(r"^[A-Za-z0-9][\w./-]*$")
_TEST_FILE = pattern(r"(?i)(?:\.|_|-)(?:test|spec|e2e)\.[cm]?[jt]sx?$|(?:^|/)(?:__tests__|tests?|specs?|e2e)/")
_NAMES = pattern(r"^\^?\(?(Test\w+(?:\|Test\w+)*)\)?\$?$")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    yield from _in_packages(facts)
    yield from _in_go(facts)


def _in_packages(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(PackageScripts):
        folder = file.path.rpartition("/")[0]
        below = [path[len(folder) :].lstrip("/") for path in facts.all_paths if path.startswith(f"{folder}/" if folder else "")]  # fmt: skip
        tests = [path for path in below if _TEST_FILE.search(path)]
        if not tests or is_test_data(file.path):
            continue
        for script in fact.scripts:
            for words in simple_commands(script.command):
                wanted = _selected(words)
                if wanted and not any(wanted.lower() in f"/{path}".lower() for path in tests):
                    ends = "and that counts as success" if "--passWithNoTests" in words else "and there is none"
                    message = f"The script {script.name!r} selects the tests whose path has {wanted!r}, {ends}."
                    yield Hit(file.path, script.line, script.line, message, script.name)


def _selected(words: tuple[str, ...]) -> str:
    """The plain text by which a runner is told to select test files; empty where it is told something else."""
    if words[0] not in _RUNNERS:
        return ""
    for index, word in enumerate(words):
        option, _, value = word.partition("=")
        if option in _BY_PATH:
            wanted = value or (words[index + 1] if index + 1 < len(words) else "")
            return wanted if _PLAIN.search(wanted) else ""
    return ""


def _in_go(facts: RepositoryFacts) -> Iterator[Hit]:
    """``go test -run TestName`` where no test of that name, or beginning so, is in the repository."""
    tests = {
        function.short_name
        for file, fact in facts.of(CodeFunctions)
        if file.role is Role.TEST and fact.language is Language.GO
        for function in fact.functions
    }
    for one in facts.derive(invocations) if tests else ():
        words = dict(zip(one.words, (*one.words[1:], ""), strict=True))
        if one.words[:2] != ("go", "test") or one.elsewhere or one.origin is Origin.DOCUMENT or "-bench" in words:
            continue
        value = words.get("-run") or next(
            (word.partition("=")[2] for word in one.words if word.startswith("-run=")), ""
        )
        match = _NAMES.search(value)
        wanted = match.group(1).split("|") if match else []
        if wanted and not any(name.startswith(start) for start in wanted for name in tests):
            message = f"No test of Go is called {' or '.join(wanted)}: the command runs nothing and passes."
            yield Hit(one.path, one.line, one.line, message, one.symbol)


RULE = Rule(
    id="AUD491",
    name="script-selects-no-tests",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is there a test that each selective run of tests can run?",
    why="A smoke run of tests that were renamed, or never written, is green for ever.",
    limits="Judged are `--testPathPattern` of Jest and Vitest in package.json where it is plain text, and `go test -run` of names that begin with Test.",
    fix="Name tests that exist, write them, or remove the run; and leave out --passWithNoTests.",
    since="0.3.0",
    effort=30,
    reads=frozenset({"package-scripts", "github-workflow", "shell"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="smoke tests that nobody wrote, and an integration test in Go",
            files={
                "package.json": '{\n  "scripts": {\n    "test:smoke": "jest --testPathPattern smoke --passWithNoTests"\n  }\n}\n',
                "test/cart.test.js": "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\n",
                "cart_test.go": 'package cart\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal()\n\t}\n}\n',
                ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: go test -run TestIntegration ./...\n",
            },
            found=(".github/workflows/test.yml:6", "package.json:3"),
        ),
        Example(
            title="tests that are there",
            files={
                "package.json": '{\n  "scripts": {\n    "test:cart": "jest --testPathPattern=cart"\n  }\n}\n',
                "test/cart.test.js": "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\n",
                "cart_test.go": 'package cart\n\nimport "testing"\n\nfunc TestAddTwo(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal()\n\t}\n}\n',
                ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: go test -run 'TestAdd|TestMore' ./...\n      - run: go test -run '^$' -bench . ./...\n",
            },
        ),
    ),
)
