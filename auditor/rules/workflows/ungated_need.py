"""AUD407: a gate waits for a job and never looks at how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.shell_effects import Effect, always_leaves, effect_of
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ALWAYS = pattern(r"always\(\)|!\s*cancelled\(\)")
_RESULT = pattern(r"needs\.([\w-]+)\.result|needs\['([\w-]+)'\]\.result")
_ALL = pattern(r"needs\.\*|toJSON\(needs\)|toJson\(needs\)")


_GATE = pattern(
    r"(?i)(?:^|[\s_/-])(?:gates?|gatekeeper|all[\s_-](?:green|checks|passed|good)|(?:ci|tests?|checks?|build|pipeline)[\s_-](?:success|passed|ok)|required|everything[\s_-](?:passed|green|ok)|"
    r"release[\s_-](?:criteria|readiness)|ready[\s_-](?:for|to)[\s_-](?:merge|release))(?:$|[\s_/-])"
)
"""What jobs are called that others are to wait for since they say yes or no."""
_PREPARES = pattern(r"(?:^|[/_-])(?:setup|set-up|install|login|cache|checkout|credentials)(?:$|[/_-])")
_ASKS = frozenset({"api", "pr", "run", "workflow"})
_INTERFACE = pattern(r"\bapi\.github\.com/|\bGITHUB_API_URL\b")
"""What of the programs `gh` and curl gives the state of runs (https://docs.github.com/en/rest/actions/workflow-runs)."""


def _check(source: Source) -> Iterator[Hit]:
    for job in jobs_of(source):
        if not _ALWAYS.search(job.condition.text):
            continue
        if _is_gate(job) and (examined := _examined(job)):
            yield from _unexamined(source.path, job, examined)
        elif _GATE.search(f"{job.name}/{job.id}") and job.needs and job.steps and "needs" not in job.condition.text:
            yield from _called_a_gate(source.path, job)


def _examined(job: Job) -> dict[str, int]:
    """The needs whose results are asked for, with the line; none where all are asked at once."""
    found: dict[str, int] = {}
    for expression in job.expressions:
        if expression.line == job.condition.line:
            continue
        if _ALL.search(expression.text):
            return {}
        for match in _RESULT.finditer(expression.text):
            found[match.group(1) or match.group(2)] = expression.line
    return found


def _unexamined(path: str, job: Job, examined: dict[str, int]) -> Iterator[Hit]:
    for need in job.needs:
        if need.job not in examined and not _is_source(job, need.job):
            first, last = min(examined.values()), max(examined.values())
            message = f"The gate {job.name or job.id!r} needs {need.job!r}, and passes however that job ends."
            yield Hit(path, first, last, message, job.id)


def _called_a_gate(path: str, job: Job) -> Iterator[Hit]:
    """A job that by its name decides, and does no more with how others ended than to print it, or asks only some for what they give."""
    if any(step.action == "actions/download-artifact" and not step.given("name") for step in job.steps):
        return  # it looks at what all of them left behind
    if any(_may_ask(step) for step in job.steps):
        return
    told = [one for one in job.expressions if "needs" in one.text]
    printed = _printed(job)
    if all(one.line in printed for one in told):
        last = max((one.line for one in told), default=job.condition.line)
        message = f"The gate {job.name or job.id!r} runs however {_names(need.job for need in job.needs)} ended, and decides nothing by it."
        yield Hit(path, job.condition.line, max(last, job.condition.line), message, job.id)
        return
    if any(_ALL.search(one.text) or _RESULT.search(one.text) for one in told) or not _is_gate(job):
        return
    texts = " ".join(one.text for one in told)
    forgotten = [need for need in job.needs if need.job not in texts]
    if forgotten:
        message = f"The gate {job.name or job.id!r} needs {_names(one.job for one in forgotten)}, and passes however that ended."
        yield Hit(path, forgotten[0].line, forgotten[-1].line, message, job.id)


def _may_ask(step: Step) -> bool:
    """Whether a step may ask the platform itself how the other jobs ended: an action of others does, or a client of its interface."""
    if step.uses.is_set:
        return step.action == "actions/github-script" or not (
            step.action.startswith("actions/") or _PREPARES.search(step.action)
        )
    return any(
        (one.name == "gh" and one.texts[1:2] and one.texts[1] in _ASKS) or _INTERFACE.search(one.text)
        for one in all_commands(step.program.body if step.program else ())
    )


def _printed(job: Job) -> frozenset[int]:
    """The lines of commands that only print."""
    every = [one for step in job.steps for one in all_commands(step.program.body if step.program else ())]
    printing = {line for one in every if effect_of(one) is Effect.PRINT for line in range(one.line, one.end_line + 1)}
    return frozenset(printing - {one.line for one in every if effect_of(one) is not Effect.PRINT})


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"{name!r}" for name in names)


def _is_source(job: Job, needed: str) -> bool:
    """Whether the job is needed for what it gives."""
    return any(f"needs.{needed}.outputs" in expression.text for expression in job.expressions)


def _is_gate(job: Job) -> bool:
    return any(step.program is not None and always_leaves(step.program.body) for step in job.steps)


RULE = Rule(
    id="AUD407",
    name="ungated-need",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every gate look at the result of every job that it needs?",
    why="With always(), a job runs whatever happened before; a result that it does not examine cannot stop anything.",
    limits="Jobs that examine the results of some of their needs, and may fail, are taken for gates, and jobs that are called so.",
    fix="Examine the result of every needed job, for instance with contains(needs.*.result, 'failure').",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    triggers=("always()", "cancelled()"),
    check_file=_check,
    examples=(
        Example(
            title="A gate that forgets one job",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps: [{run: make unit}]\n"
                    "  scan:\n    runs-on: ubuntu-latest\n    steps: [{run: make scan}]\n"
                    "  gate:\n    needs: [unit, scan]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - run: |\n          if [ "${{ needs.unit.result }}" != success ]; then exit 1; fi\n'
                )
            },
            found=(".github/workflows/ci.yml:15",),
        ),
        Example(
            title="Gates by name: one prints how the others ended, one looks at a file, one asks what some of them gave",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps: [{run: make unit}]\n  scan:\n    runs-on: ubuntu-latest\n    steps: [{run: make scan}]\n"
                    "  all-checks:\n    needs: [unit, scan]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - run: |\n          echo "unit: ${{ needs.unit.result }}"\n          echo "scan: ${{ needs.scan.result }}"\n'
                    "  release-gate:\n    needs: [unit, scan]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: python tools/criteria.py report.json\n"
                    "  gate:\n    name: Quality gate\n    needs: [unit, scan]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - run: |\n          if [ "${{ needs.unit.outputs.passed }}" != "true" ]; then\n            exit 1\n          fi\n'
                )
            },
            found=(".github/workflows/ci.yml:11", ".github/workflows/ci.yml:19", ".github/workflows/ci.yml:25"),
        ),
        Example(
            title="Gates that ask the platform how all ended, and one that sets a language up and looks at a file",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps: [{run: make unit}]\n"
                    "  all-checks:\n    needs: [unit]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - uses: harbour/wait-for-checks@v1\n"
                    "  release-gate:\n    needs: [unit]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: gh run view $GITHUB_RUN_ID --json jobs | python tools/judge.py\n"
                    "  merge-gate:\n    name: Ready to merge\n    needs: [unit]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: curl -sf https://api.github.com/repos/$GITHUB_REPOSITORY/actions/runs | python tools/judge.py\n"
                    "  quality-gate:\n    needs: [unit]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: harbour/setup-tools@v1\n      - run: python tools/criteria.py report.json\n"
                )
            },
            found=(".github/workflows/ci.yml:27",),
        ),
        Example(
            title="A summary that prints, and gates that hand all results on or run where none failed",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps: [{run: make unit}]\n"
                    "  summary:\n    needs: unit\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ needs.unit.result }}\n"
                    "  all-green:\n    needs: unit\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - uses: re-actors/alls-green@v1\n        with:\n          jobs: ${{ toJSON(needs) }}\n"
                    "  release-gate:\n    needs: unit\n    if: always() && needs.unit.result == 'success'\n    runs-on: ubuntu-latest\n    steps:\n      - run: make check\n"
                    "  gate:\n    needs: unit\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - if: needs.unit.result != 'success'\n        run: exit 1\n"
                    "  quality-gate:\n    needs: unit\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/download-artifact@v4\n        with:\n          path: reports\n      - run: python tools/gate.py reports\n"
                )
            },
        ),
        Example(
            title="A gate that looks at all",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps: [{run: make unit}]\n"
                    "  gate:\n    needs: [unit]\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - run: |\n          if [ \"${{ contains(needs.*.result, 'failure') }}\" = true ]; then exit 1; fi\n"
                )
            },
        ),
    ),
)
