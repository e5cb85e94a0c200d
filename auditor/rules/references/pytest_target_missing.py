"""AUD725: pytest is told to collect what is not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_references import DocumentReferences
from auditor.facts.invocations import Origin, invocations
from auditor.facts.known_paths import places
from auditor.facts.pattern import pattern
from auditor.facts.pytest_runs import PytestRun, pytest_runs
from auditor.facts.python_module import PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import all_commands
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.named_paths import named_paths
from auditor.rules.references.told_commands import is_judged, severity_of
from auditor.rules.references.told_files import is_of_operations

__all__ = ["RULE"]

_PATH = pattern(r"^(?:\./)?(tests?(?:_\w+)?/[\w./\-]*|[\w./\-]+\.py)(?:::([A-Za-z_]\w*))?")
_MADE = pattern(r"(?i)generated|tmp|temp|build|dist|output")
_ANY = pattern(
    r"(?i)(?:^|[/_-])(?:my|your|new|foo|example|some|specific|module|feature|file|name|xxx?)(?:[/_.-]|$)|[<{*$]"
)
"""Targets that stand for any, in a document that tells how to run tests."""
_TOLD = frozenset({Origin.PROGRAM, Origin.DOCUMENT})
_MOVES = frozenset({"cd", "pushd"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    if not any(path.endswith(".py") for path in facts.all_paths):
        return
    yield from _told(facts)
    for run in pytest_runs(facts):
        if _is_elsewhere(run, facts):
            continue
        made = facts.derive(_made).get(run.path, "")
        for target in run.targets:
            why = "" if target.strip("./") in made else _why(target, facts)
            if why:
                yield Hit(
                    run.path,
                    run.command.line,
                    run.command.end_line,
                    f"pytest is told to collect {target!r}, {why}.",
                    run.symbol,
                )


def _told(facts: RepositoryFacts) -> Iterator[Hit]:
    """What programs and documents collect by a call of pytest, without the files that a document is told to lack anyway (AUD701)."""
    named: dict[str, frozenset[tuple[int, str]]] = {}
    for one in facts.derive(invocations):
        at = next((index for index, word in enumerate(one.words[:5]) if word in ("pytest", "py.test")), None)
        if at is None or one.origin not in _TOLD or one.elsewhere or one.folder or not is_judged(facts, one):
            continue
        for word, line in zip(one.words[at + 1 :], one.lines[at + 1 :], strict=True):
            why = "" if _ANY.search(word) or word.split("::")[0] in one.made else _why(word, facts)
            if why and one.path not in named:
                named[one.path] = _named_files(one.path, facts)
            if why and (line, word.removeprefix("./")) not in named[one.path]:
                yield Hit(
                    one.path, line, line, f"pytest is told to collect {word!r}, {why}.", one.symbol, severity_of(one)
                )


def _named_files(path: str, facts: RepositoryFacts) -> frozenset[tuple[int, str]]:
    """The files that a document names, each with its line."""
    known = facts.derive(places)
    return frozenset(
        (one.line, one.path)
        for document in facts.at(path, DocumentReferences)
        for one in named_paths(document, known, path.count("/"), of_operations=is_of_operations(path))
    )


def _is_elsewhere(run: PytestRun, facts: RepositoryFacts) -> bool:
    """Whether the run may be in another folder, which a command of its job or its script goes to."""
    if run.job is not None:
        bodies = [step.program.body for step in run.job.steps if step.program is not None]
        return any(command.name in _MOVES for body in bodies for command in all_commands(body))
    return run.path in facts.derive(_moving)


def _made(facts: RepositoryFacts) -> dict[str, str]:
    """What each shell file makes folders of, as one text."""
    return {
        file.path: " ".join(one.text for one in all_commands(shell.program.body) if one.name == "mkdir")
        for file, shell in facts.of(ShellFile)
    }


def _moving(facts: RepositoryFacts) -> frozenset[str]:
    """The shell files that go to another folder than the root; those that go to it name it by a substitution."""
    return frozenset(
        file.path
        for file, shell in facts.of(ShellFile)
        if any(
            command.name in _MOVES and not command.substitutions and "$" not in command.text
            for command in all_commands(shell.program.body)
        )
    )


def _why(target: str, facts: RepositoryFacts) -> str:
    found = _PATH.match(target)
    if found is None or "$" in target or "*" in target or _MADE.search(target):
        return ""
    path, symbol = found.group(1).rstrip("/"), found.group(2)
    if not facts.exists(path):
        below = any(one.endswith(f"/{path}") for one in (*facts.all_paths, *facts.folders))
        return "" if below else "which is not in the repository"
    if not symbol:
        return ""
    known = _symbols(path, facts)
    return f"and {path} defines no {symbol}" if known and symbol not in known else ""


def _symbols(path: str, facts: RepositoryFacts) -> frozenset[str]:
    """The first parts of the names of all functions and classes of a module; none where it is not known."""
    found = {name.partition(".")[0] for one in facts.at(path, PythonModule) for name in _names(one)}
    return frozenset(found)


def _names(module: PythonModule) -> Iterator[str]:
    yield from (one.name for one in module.functions)
    yield from (one.name for one in module.classes)


RULE = Rule(
    id="AUD725",
    name="pytest-target-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Are the tests there that pytest is told to run?",
    why="`pytest tests/smoke` ends with an error where the folder is not there, or with nothing where the error is swallowed: the smoke test never ran.",
    limits="Literal relative paths below `test` or `tests`, and files of Python, in workflows, pipelines and shell files that stay at the root; a path that exists below another folder is passed over. Of a class or function that is named, only the first part is looked up.",
    fix="Add the tests, or name those that are there.",
    since="0.2.0",
    effort=30,
    reads=frozenset({"github-workflow", "gitlab-ci", "shell", "python-commands", "document-references"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a program and a runbook that run tests nobody wrote, and a document on how to write one",
            files={
                "ready.py": (
                    "import subprocess\nimport sys\nfrom pathlib import Path\n\nROOT = Path(__file__).parent\n\n\ndef ready(other):\n"
                    '    subprocess.run([sys.executable, "-m", "pytest", "tests/test_restore.py"], cwd=ROOT, check=True)\n    subprocess.run(["pytest", "tests/test_there.py"], cwd=other, check=True)\n'
                ),
                "docs/go-live.md": "# Live\n\n```bash\npytest tests/smoke/ -v\npytest tests/test_sum.py\n```\n",
                "docs/writing.md": "# Tests\n\n```bash\npytest tests/test_my_thing.py\n```\n",
                "tests/test_sum.py": "def test_sum():\n    assert 1 + 1 == 2\n",
            },
            found=("docs/go-live.md:4", "ready.py:9"),
        ),
        Example(
            title="a file that the document names, of which the rule on documents tells, beside a module and a test within a file",
            files={
                "docs/go-live.md": "# Live\n\n```bash\npytest tests/test_gone.py -v\npython -m pytest tests/test_gone.py\npytest tests/test_sum.py::test_difference\n```\n",
                "tests/test_sum.py": "def test_sum():\n    assert 1 + 1 == 2\n",
            },
            found=("docs/go-live.md:5", "docs/go-live.md:6"),
        ),
        Example(
            title="folders and a class that are not there",
            files={
                ".gitlab-ci.yml": "load:\n  script:\n    - pytest tests/load --benchmark-only\n    - docker run --rm shop python -m pytest tests/smoke -v\n    - pytest tests/test_pay.py::TestSpeed\n",
                "scripts/test.sh": "pytest tests/unit/\n",
                "tests/test_pay.py": "class TestPay:\n    def test_pay(self):\n        assert pay()\n",
            },
            found=(".gitlab-ci.yml:3", ".gitlab-ci.yml:4", ".gitlab-ci.yml:5", "scripts/test.sh:1"),
        ),
        Example(
            title="tests that are there, and another folder",
            files={
                ".gitlab-ci.yml": "test:\n  script:\n    - pytest tests -k slow\n    - pytest tests/test_pay.py::TestPay::test_pay\nweb:\n  script:\n    - cd web\n    - pytest tests/e2e\n",
                "tests/test_pay.py": "class TestPay:\n    def test_pay(self):\n        assert pay()\n",
            },
        ),
    ),
)
