"""AUD715: an image is run in the job that built it, and the build keeps it to itself."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.image_references import ImageUse, built_images, image_uses, reference_of
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OFF = frozenset({"", "false"})


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None or not built_images(workflow).references:
        return
    seen: set[int] = set()
    for use in image_uses(workflow):
        if use.line in seen or not use.local or not _is_kept_in(use, use.job, workflow):
            continue
        seen.add(use.line)
        message = (
            f"The build leaves `{use.reference}` in the cache of buildx: without `load` or `push`, no docker has it."
        )
        yield Hit(source.path, use.line, use.line, message, f"{use.job.id}/{use.step.name}")


def _is_kept_in(use: ImageUse, job: Job, workflow: GithubWorkflow) -> bool:
    """Whether the only build of the reference is a step before in the same job, whose builder keeps what it builds."""
    known = {one.name: one.text for one in (*workflow.env, *job.env) if "$" not in one.text}
    before = [step for step in job.steps if step.line < use.step.line]
    builds = [step for step in before if step.action.endswith("docker/build-push-action") and _tags(step, use, known)]
    if not builds or not any(step.action.endswith("docker/setup-buildx-action") for step in before):
        return False
    if any(command.name in ("docker", "podman") for step in before for command in _commands(step)):
        return False
    return all(_keeps(step) for step in builds)


def _commands(step: Step) -> Iterator[Command]:
    return all_commands(step.program.body if step.program else ())


def _tags(step: Step, use: ImageUse, known: dict[str, str]) -> bool:
    given = step.given("tags").replace(",", "\n").split("\n")
    return use.reference in {reference_of(one, known) for one in given if one.strip()}


def _keeps(step: Step) -> bool:
    return step.given("push") in _OFF and step.given("load") in _OFF and not step.given("outputs")


_HEAD = (
    "on: push\njobs:\n  image:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: docker/setup-buildx-action@v3\n"
    "      - uses: docker/build-push-action@v6\n        with:\n          tags: shop:${{ github.sha }}\n"
)

RULE = Rule(
    id="AUD715",
    name="image-not-loaded",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every image that a job tests there for docker to run?",
    why="A builder of buildx keeps its result in its cache. `docker run` then looks for the image in a registry and fails, or finds an old one.",
    limits="Only jobs that set buildx up, and references that a step of the same job builds under the very words, with neither push, load nor outputs.",
    fix="Add `load: true` to the build.",
    since="0.3.0",
    effort=5,
    reads=frozenset({"github-workflow"}),
    triggers=("build-push-action",),
    check_file=_check,
    examples=(
        Example(
            title="built, and not loaded",
            files={
                ".github/workflows/image.yml": _HEAD
                + "          push: false\n      - run: docker run --rm shop:${{ github.sha }} --version\n"
            },
            found=(".github/workflows/image.yml:11",),
        ),
        Example(
            title="loaded, pushed on a condition, or another image",
            files={
                ".github/workflows/image.yml": _HEAD
                + "          load: true\n      - run: docker run --rm shop:${{ github.sha }} --version\n",
                ".github/workflows/other.yml": _HEAD
                + "          push: ${{ github.ref == 'refs/heads/main' }}\n      - run: docker run --rm shop:${{ github.sha }}\n"
                "      - run: docker run --rm postgres:16\n",
            },
        ),
    ),
)
