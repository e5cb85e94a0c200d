"""AUD519: a gate reads a report that only another job writes, and its own job never fetches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.checkouts import brings_other_files
from auditor.facts.path_mentions import PathMentions
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GATE = pattern(
    r"(?i)(?:^|[_/.-])(?:gates?|gatekeeper|criteria|readiness|release_check|check_release|promote|promotion|slo|quality|budget|thresholds?|acceptance|go_?no_?go|verdict)(?:[_./-]|$)"
)
_REPORT = pattern(r"(?:^|[^\w.-])([\w-]+\.(?:json|jsonl|xml|csv))\b")
_PYTHON = frozenset({"python", "python3"})
_DOWNLOAD = "actions/download-artifact"
_UPLOAD = "actions/upload-artifact"
_HARMLESS = (
    "actions/checkout",
    "actions/setup-",
    _DOWNLOAD,
    _UPLOAD,
    "docker/login-action",
    "astral-sh/setup-uv",
    "snok/install-poetry",
)
"""Actions that bring no report."""
_MAKERS = frozenset(
    {
        "make",
        "just",
        "task",
        "tox",
        "nox",
        "npm",
        "pnpm",
        "yarn",
        "bash",
        "sh",
        "docker",
        "docker-compose",
        "gh",
        "aws",
        "gsutil",
        "dvc",
        "curl",
        "wget",
    }
)
"""Programs that may write or fetch anything."""
_MEASURES = frozenset({"pytest", "py.test", "coverage"})
_MOST_STEPS = 20_000
_MOST_GATES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gate:
    """A step of a job that starts a program of the repository which decides by reports."""

    path: str
    job: Job
    command: Command
    program: str


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    every = jobs_of_repository(facts)
    gates = [gate for path, job in every for gate in _gates(path, job, facts)]
    if not gates or sum(len(job.steps) for _, job in every) > _MOST_STEPS:
        return
    told = {(path, job.id): _told(job) for path, job in every}
    writers: dict[str, list[tuple[str, str]]] = {}
    for key, names in told.items():
        for name in names:
            writers.setdefault(name, []).append(key)
    kept = {path.rpartition("/")[2] for path in facts.all_paths}
    lying: dict[tuple[str, int], Hit] = {}
    for gate in gates[:_MOST_GATES]:
        here = gate.path, gate.job.id
        missing = _read(gate.program, facts) - told[here] - _brought(gate, every) - kept
        name = min(missing & writers.keys(), default="")
        if name:
            path, job = min(writers[name], key=lambda key: (key[0] != gate.path, key))
            where = f"the job {job!r}" if path == gate.path else f"{path!r}"
            message = f"`{gate.program}` looks at `{name}`, which {where} writes: this job has its own copy of the tree, and does not fetch it."
            yield Hit(gate.path, gate.command.line, gate.command.end_line, message, f"{gate.job.id}/{name}")
            for hit in _left_lying(gate, missing, every):
                lying.setdefault((hit.path, hit.start_line), hit)
    yield from lying.values()


def _left_lying(gate: _Gate, missing: set[str], every: tuple[tuple[str, Job], ...]) -> Iterator[Hit]:
    """Artifacts of the same workflow that are made of a report which the gate lacks, and that no job of it takes."""
    steps = [(job, step) for path, job in every if path == gate.path for step in job.steps]
    taken = {step.given("name") for _, step in steps if step.action == _DOWNLOAD}
    for job, step in steps:
        if step.action == _UPLOAD and not _is_one_of(step.given("name"), taken):
            names = missing.intersection(match.group(1) for match in _REPORT.finditer(step.given("path")))
            if names:
                message = (
                    f"`{min(names)}` is kept as an artifact that no job takes; `{gate.program}` decides without it."
                )
                yield Hit(gate.path, step.line, step.end_line, message, f"{job.id}/{step.given('name')}")


def _gates(path: str, job: Job, facts: RepositoryFacts) -> Iterator[_Gate]:
    """The gates of a job that does nothing which could bring or make a report."""
    if not job.hosted or brings_other_files(job) or not all(_is_harmless(step) for step in job.steps):
        return
    every = [(step, one) for step in job.steps for one in all_commands(step.program.body if step.program else ())]
    if any(one.name in _MAKERS for _, one in every):
        return
    for step, command in every:
        folder = (step.working_directory.text or job.working_directory).removeprefix("./").strip("/")
        program = _program(command, folder, facts)
        if program and _GATE.search(program.removesuffix(".py")):
            yield _Gate(path=path, job=job, command=command, program=program)


def _is_harmless(step: Step) -> bool:
    if step.program is not None:
        return True
    fetches = step.action == _DOWNLOAD
    return step.action.startswith(_HARMLESS) and not (fetches and (not step.given("name") or step.given("run-id")))


def _program(command: Command, folder: str, facts: RepositoryFacts) -> str:
    """The file of the repository that a command runs with Python; empty where it runs another, or names reports itself."""
    words = [one for one in command.texts if one not in ("poetry", "uv", "run", "pipenv", "hatch")]
    if not words or words[0] not in _PYTHON or "$" in folder or _REPORT.search(" ".join(words)):
        return ""
    rest = [one for one in words[1:] if not one.startswith("-") or one == "-m"]
    if rest[:1] == ["-m"] and len(rest) > 1:
        module = rest[1].replace(".", "/")
        places = [
            joined_path(folder, f"{base}{module}{end}") for base in ("", "src/") for end in (".py", "/__main__.py")
        ]
    else:
        places = [joined_path(folder, one) for one in rest[:1] if one.endswith(".py")]
    return next((one for one in places if facts.exists(one)), "")


def _read(program: str, facts: RepositoryFacts) -> set[str]:
    """The names of reports that a program knows."""
    texts = "\n".join(one.text for fact in facts.at(program, PathMentions) for one in fact.paths)
    return {match.group(1) for match in _REPORT.finditer(texts)}


def _told(job: Job) -> frozenset[str]:
    """The names of reports that the steps of a job speak of, and those that what measures writes by itself."""
    every = [one for step in job.steps for one in all_commands(step.program.body if step.program else ())]
    texts = [value.text for step in job.steps for value in step.inputs]
    for one in every:
        texts += [one.text, *(each.target.text for each in one.redirects)]
    found = {match.group(1) for text in texts for match in _REPORT.finditer(text)}
    if any(_MEASURES & set(one.texts) for one in every):
        found |= {"coverage.json", "coverage.xml"}
    return frozenset(found)


def _brought(gate: _Gate, every: tuple[tuple[str, Job], ...]) -> set[str]:
    """The names of reports in the artifacts that a job takes by name; of a whole folder, all that their job speaks of."""
    wanted = {step.given("name") for step in gate.job.steps if step.action == _DOWNLOAD}
    found: set[str] = set()
    for path, job in every if wanted else ():
        for step in job.steps:
            if path == gate.path and step.action == _UPLOAD and _is_one_of(step.given("name"), wanted):
                found |= _told(job)
    return found


def _is_one_of(name: str, wanted: set[str]) -> bool:
    """Whether an artifact is one of those; a computed name is one that begins alike."""
    begin, computed, _ = name.partition("${{")
    return name in wanted or (bool(computed) and any(one.startswith(begin) for one in wanted))


def _jobs(steps: Mapping[str, str]) -> str:
    head = "on: push\njobs:\n"
    for name, text in steps.items():
        head += f"  {name}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n{text}"
    return head


_PROGRAM = 'import json\nfrom pathlib import Path\n\n\ndef load(name):\n    return json.loads((Path("reports") / name).read_text())\n\n\nprint(load("load.json"), load("scan.json"))\n'
_LOAD = "      - run: ./load --out reports/load.json\n      - uses: actions/upload-artifact@v4\n        with:\n          name: load\n          path: reports/load.json\n"
_SCAN = "      - run: ./scan > reports/scan.json\n      - uses: actions/upload-artifact@v4\n        with:\n          name: scan\n          path: reports/\n"
_FETCH = "      - uses: actions/download-artifact@v4\n        with:\n          name: {}\n          path: reports\n"
_GATE_STEP = "      - run: python tools/release_gate.py\n"

RULE = Rule(
    id="AUD519",
    name="report-of-another-job",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every gate get the reports that it decides by?",
    why="Each job begins with a fresh checkout: a gate that reads a report of the test job and does not download it decides by what it has for missing ones, which is mostly yes.",
    limits=(
        "Judged are Python programs that are named for a gate and started by their path or module, in jobs on hosted machines whose steps bring nothing but what they name; a report is told where a step of another job names it, "
        "and no file of the repository has its name."
    ),
    fix="Upload the report in the job that writes it, download it in that of the gate, and let the gate fail without it.",
    since="0.8.0",
    effort=20,
    reads=frozenset({"github-workflow", "path-mentions"}),
    check_repository=_check,
    examples=(
        Example(
            title="a gate that fetches one of two reports, and one that fetches none",
            files={
                "tools/release_gate.py": _PROGRAM,
                ".github/workflows/ci.yml": _jobs(
                    {"load": _LOAD, "scan": _SCAN, "decide": _FETCH.format("scan") + _GATE_STEP}
                ),
                ".github/workflows/ship.yml": _jobs({"gate": _GATE_STEP}),
            },
            found=(".github/workflows/ci.yml:29", ".github/workflows/ci.yml:8", ".github/workflows/ship.yml:7"),
        ),
        Example(
            title="gates that fetch both, that fetch all, or write them themselves",
            files={
                "tools/release_gate.py": _PROGRAM,
                ".github/workflows/ci.yml": _jobs(
                    {
                        "load": _LOAD,
                        "scan": _SCAN,
                        "decide": _FETCH.format("scan") + _FETCH.format("load") + _GATE_STEP,
                        "judge": "      - uses: actions/download-artifact@v4\n" + _GATE_STEP,
                        "all": _LOAD + _SCAN + _GATE_STEP,
                        "made": "      - run: make reports\n" + _GATE_STEP,
                    }
                ),
            },
        ),
        Example(
            title="a program that decides nothing, and a report that is in the repository",
            files={
                "tools/table.py": _PROGRAM,
                "tools/release_gate.py": _PROGRAM.replace(', load("scan.json")', ""),
                "reports/load.json": "{}\n",
                ".github/workflows/ci.yml": _jobs(
                    {"load": _LOAD, "scan": _SCAN, "show": "      - run: python tools/table.py\n", "decide": _GATE_STEP}
                ),
            },
        ),
    ),
)
