"""What a document says of continuous integration, against the workflows: that a tool runs there, and that it stops anything."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case, View
from auditor.check.code_words import code_of, normal_name
from auditor.check.document import Document, Line
from auditor.check.moments import held
from auditor.check.references import is_to_do
from auditor.check.resolution import is_foreign_path
from auditor.check.statement import Statement, contradicted, supported, uncheckable
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["enforcement_statements", "marker_statements"]

_ENFORCED = pattern(r"(?i)\b(?:enforced|blocking|gated?|required|mandatory)\b")
_SOFT = pattern(r"\|\|\s*(?:true|echo|:)|--exit-zero|--soft-fail|\|\|\s*\(")
_WORD = pattern(r"[A-Za-z][A-Za-z0-9_]{2,}")
_MARKER = pattern(r"@?pytest\.mark\.([A-Za-z_]\w{1,40})")
_USES = pattern(r"(?i)\b(?:uses?|using|used|marked|markers?|decorated|applied|tagged)\b")
_BUILT_IN = frozenset(
    {
        "parametrize",
        "skip",
        "skipif",
        "xfail",
        "usefixtures",
        "filterwarnings",
        "asyncio",
        "flaky",
        "timeout",
        "django_db",
    }
)
_FOLDERS = (
    ".github/workflows/",
    ".gitlab-ci",
    ".circleci/",
    "azure-pipelines",
    "Jenkinsfile",
    ".travis",
    ".buildkite/",
    "tox.ini",
    "Makefile",
    ".pre-commit",
    "noxfile",
    "package.json",
    "pyproject.toml",
)
_MOST_FILES = 3_000


def enforcement_statements(case: Case) -> Iterator[Statement]:
    """Each tool that is said to run in continuous integration."""
    if not case.views or not any(_pipelines(view) for view in case.views):
        return
    for line in case.document.texts:
        text = line.plain
        is_told = matches("in_ci", text) or matches("in_ci_short", text)
        if not is_told or matches("negated", line.text) or is_to_do(line):
            continue
        for tool in dict.fromkeys(match.group().lower() for match in words("tools").finditer(text)):
            yield _tool(case, line, tool)


def _tool(case: Case, line: Line, tool: str) -> Statement:
    running = [(view, found) for view in case.views for found in (tuple(_uses(view, tool)),) if found]
    if not running:
        fault = f"`{tool}` is said to run in continuous integration, and no workflow or task file names it {case.views[0].label}."
        if any(_may_be_called(view, tool) for view in case.views):
            return uncheckable(line.number, f"{fault} Another file does, which they may call.", tool)
        return held(case, line.number, fault, tool)
    view, found = running[0]
    if _ENFORCED.search(line.plain) and all(soft for _, soft in found):
        return contradicted(
            line.number,
            f"`{tool}` is said to be enforced, and its failure is ignored in `{found[0][0]}` {view.label}.",
            tool,
        )
    return supported(line.number, f"`{tool}` is named in `{found[0][0]}` {view.label}.", tool)


def _may_be_called(view: View, tool: str) -> bool:
    """Whether other files than those of the pipeline name a tool: scripts, settings, what is depended on."""
    code = code_of(view)
    return not code.is_whole or all(normal_name(match.group()) in code.names for match in _WORD.finditer(tool))


def _pipelines(view: View) -> tuple[str, ...]:
    return tuple(
        sorted(
            path for path in view.paths if path.startswith(_FOLDERS) or path.rpartition("/")[2].startswith("Makefile")
        )
    )


def _uses(view: View, tool: str) -> Iterator[tuple[str, bool]]:
    """The files of the pipeline that name a tool, and whether its failure is ignored there."""
    for path in _pipelines(view):
        lines = [line for line in view.lines(path) or () if tool in line.lower() and not line.lstrip().startswith("#")]
        if lines:
            workflow = view.fact(path, GithubWorkflow)
            yield path, workflow is not None and _is_soft(workflow, view.lines(path) or (), tool)


def _is_soft(workflow: GithubWorkflow, lines: tuple[str, ...], tool: str) -> bool:
    """Whether every step that runs the tool goes on when it fails."""
    soft = []
    for job in workflow.jobs:
        for step in job.steps:
            text = [line for line in lines[step.line - 1 : step.end_line] if tool in line.lower()]
            tolerated = "true" in (step.continue_on_error.text, job.continue_on_error.text)
            if text:
                soft.append(tolerated or all(_SOFT.search(line) for line in text))
    return bool(soft) and all(soft)


def marker_statements(case: Case) -> Iterator[Statement]:
    """Each pytest marker that tests are said to carry."""
    for line in _lines_on_markers(case.document):
        for marker in dict.fromkeys(match.group(1) for match in _MARKER.finditer(line.plain)):
            if marker not in _BUILT_IN and case.views:
                yield _marker(case, line, marker)


def _is_test(path: str) -> bool:
    return path.endswith(".py") and "test" in path and not is_foreign_path(path)


def _lines_on_markers(document: Document) -> Iterator[Line]:
    for line in document.texts:
        if "pytest.mark." in line.text and _USES.search(line.plain) and not matches("negated", line.text):
            yield line


def _marker(case: Case, line: Line, marker: str) -> Statement:
    looked = False
    for view in case.views:
        tests = [path for path in sorted(view.paths) if _is_test(path)]
        looked = looked or bool(tests)
        for path in tests[:_MOST_FILES]:
            if any(f"mark.{marker}" in text for text in view.lines(path) or ()):
                return supported(line.number, f"`{path}` carries the marker `{marker}`.", marker)
    if not looked:
        return uncheckable(line.number, f"There are no tests to carry the marker `{marker}`.", marker)
    return contradicted(
        line.number, f"Tests are said to carry the marker `{marker}`, and none does {case.views[0].label}.", marker
    )
