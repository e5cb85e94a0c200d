"""Which references of images a workflow builds, and which it uses afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.shell_program import Command, all_commands

__all__ = [
    "COMMIT", "IMAGE", "PROMETHEUS", "BuiltImages", "ImageUse", "built_images", "image_uses", "reference_of", "without_tag",
]  # fmt: skip

COMMIT = "${{github.sha}}"
IMAGE = pattern(r"^((?:[a-z0-9.-]+(?::\d+)?/)*[a-z0-9][a-z0-9._-]*)(?::[\w.${}-]+)?$")
"""A reference without holes but in its tag; the first group is the image."""
PROMETHEUS = "prom/prometheus"
"""What stands in the references of the server of Prometheus itself."""
_EXPRESSION = pattern(r"\$\{\{\s*([^}]*?)\s*\}\}")
_SHA = pattern(r"\$\{?GITHUB_SHA\}?")
_BUILD = "docker/build-push-action"
_METADATA = "docker/metadata-action"
_INPUTS = frozenset({"image-ref", "image", "imagename", "image-name"})
_USES = frozenset({"run", "pull", "create", "save", "inspect", "push", "scout"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUse:
    """A reference that is pulled, run, scanned or rolled out, in plain form, with its place.

    `local` where docker must have the image already.
    """

    reference: str
    line: int
    step: Step
    job: Job
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltImages:
    """`references` are what is tagged for certain; `bases` the images, without tags, that get tags by metadata.

    `short` are those of them whose commits are cut to seven signs. `open` where tags are made that cannot be told.
    """

    references: frozenset[str]
    bases: frozenset[str]
    short: frozenset[str]
    open: bool


def without_tag(reference: str) -> str:
    """A reference without its tag and digest; colons inside of holes are none."""
    plain = reference.partition("@")[0]
    head, slash, last = plain.rpartition("/")
    name, colon, _ = last.partition(":")
    return f"{head}{slash}{last if colon and name.count('{') > name.count('}') else name}"


def reference_of(text: str, known: dict[str, str]) -> str:
    """A reference with its expressions written alike, and with known variables of the environment put in."""
    plain = text.strip().strip("\"'")
    parts: list[str] = []
    position = 0
    for match in _EXPRESSION.finditer(plain):
        inner = match.group(1)
        value = known.get(inner.removeprefix("env.")) if inner.startswith("env.") else None
        parts += (plain[position : match.start()], value if value is not None else f"${{{{{inner}}}}}")
        position = match.end()
    return _SHA.sub(COMMIT, "".join((*parts, plain[position:]))).lower()


def _environment(workflow: GithubWorkflow, job: Job) -> dict[str, str]:
    return {one.name: one.text for one in (*workflow.env, *job.env) if "$" not in one.text}


def built_images(workflow: GithubWorkflow) -> BuiltImages:
    """What the jobs of a workflow build."""
    references: set[str] = set()
    bases: set[str] = set()
    short: set[str] = set()
    is_open = False
    for job in workflow.jobs:
        known = _environment(workflow, job)
        is_open = is_open or any(one.name == "DOCKER_METADATA_SHORT_SHA_LENGTH" for one in (*workflow.env, *job.env))
        for step in job.steps:
            if step.action.endswith(_METADATA):
                is_open = is_open or bool(step.given("flavor")) or not step.given("tags")
                images = {reference_of(one, known) for one in step.given("images").split("\n") if one.strip()}
                bases |= images
                tags = list(_metadata_tags(step, known))
                references |= {f"{image}:{tag}" for image in images for tag in tags if tag}
                short |= images if "" in tags else set()
            elif step.action.endswith(_BUILD):
                lines = step.given("tags").replace(",", "\n").split("\n")
                references |= {reference_of(one, known) for one in lines if one.strip()}
            for command in all_commands(step.program.body if step.program else ()):
                references |= {reference_of(one, known) for one in _tagged(command)}
    return BuiltImages(references=frozenset(references), bases=frozenset(bases), short=frozenset(short), open=is_open)


def _metadata_tags(step: Step, known: dict[str, str]) -> Iterator[str]:
    """The tags that hold a commit whole, as https://github.com/docker/metadata-action#tags-input tells; empty for a short one."""
    for line in step.given("tags").split("\n"):
        fields = dict(part.strip().split("=", 1) for part in line.split(",") if "=" in part)
        if fields.get("type") == "sha":
            prefix = reference_of(fields.get("prefix", "sha-"), known)
            yield f"{prefix}{COMMIT}{fields.get('suffix', '')}" if fields.get("format") == "long" else ""
        elif fields.get("type") == "raw":
            value = fields.get("prefix", "") + fields.get("value", "") + fields.get("suffix", "")
            yield reference_of(value, known)


def _tagged(command: Command) -> Iterator[str]:
    """What docker and its like are told to call an image."""
    if command.name not in ("docker", "podman", "buildah", "nerdctl"):
        return
    texts = command.texts
    for option, value in pairwise(texts):
        if option in ("-t", "--tag"):
            yield value
    yield from (text.partition("=")[2] for text in texts if text.startswith("--tag="))
    if texts[1:2] == ("tag",):
        yield texts[-1]


def image_uses(workflow: GithubWorkflow) -> Iterator[ImageUse]:
    """What the jobs of a workflow do with images that must have been built before."""
    for job in workflow.jobs:
        known = _environment(workflow, job)
        for step in job.steps:
            for one in step.inputs if step.uses.is_set and not step.action.startswith("docker/") else ():
                if one.name.lower() in _INPUTS:
                    yield ImageUse(reference=reference_of(one.text, known), line=one.line, step=step, job=job)
            for command in all_commands(step.program.body if step.program else ()):
                if _uses_images(command):
                    for word in command.words[1:]:
                        text = word.text.rpartition("=")[2] if command.name == "kubectl" else word.text
                        yield ImageUse(
                            reference=reference_of(text, known),
                            line=word.line,
                            step=step,
                            job=job,
                            local=command.name != "kubectl" and command.texts[1] != "pull",
                        )


def _uses_images(command: Command) -> bool:
    texts = command.texts
    if command.name == "kubectl":
        return texts[1:3] == ("set", "image")
    return command.name in ("docker", "podman") and len(texts) > 1 and (texts[1] in _USES or texts[1] == "tag")
