"""Names in GitHub workflows: secrets and variables asked for, handed to steps, and read by their scripts."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.mended_yaml import read_meant
from auditor.facts.names_fact import Act, Default, Mention, Via
from auditor.facts.names_shell import assigned_names, shell_names
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar

__all__ = ["workflow_names"]

_ASKED = pattern(
    r"\b(secrets|vars)(?:\.([A-Za-z_][A-Za-z0-9_]*)|\[['\"]([A-Za-z_]\w*)['\"]\])(\s*\|\|\s*(?:'[^']+'|[\w.]+))?"
)
_FROM_SECRET = pattern(r"\$\{\{[^}]*\b(?:secrets\b|github\.token\b)")
_NAME = pattern(r"^[A-Z][A-Z0-9_]*$")
_TOLD = pattern(r"^\s*#\s*(?:[-*]\s+)?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\s*(?::|-|\x{2013}|\x{2014})\s+\S")


def workflow_names(source: Source) -> Iterator[Mention]:
    """Every mention in one workflow. Raises ParseFailure on broken YAML."""
    yield from _asked(source.lines)
    for document in read_meant(source.text).documents:
        if not isinstance(document, Mapping):
            continue
        yield from _called(document)
        top = tuple(_environment(document, ""))
        yield from top
        for name, job in document.mapping("jobs").pairs:
            if isinstance(job, Mapping):
                yield from _job(name.text, job, source, {one.name for one in top})


def _asked(lines: tuple[str, ...]) -> Iterator[Mention]:
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("#"):
            told = _TOLD.match(line)
            if told:
                yield Mention(number, told.group(1), Act.DECLARED, Via.DOCUMENT)
            continue
        for match in _ASKED.finditer(line):
            via = Via.SECRET if match.group(1) == "secrets" else Via.VARIABLE
            default = Default.VALUE if match.group(4) else Default.NONE
            yield Mention(number, match.group(2) or match.group(3), Act.USED, via, default)


def _called(document: Mapping) -> Iterator[Mention]:
    """Secrets and inputs that a reusable workflow declares."""
    for key in ("on", "true"):
        for secret, _value in document.mapping(key).mapping("workflow_call").mapping("secrets").pairs:
            yield Mention(secret.line, secret.text, Act.DECLARED, Via.SECRET)


def _environment(holder: Mapping, place: str) -> Iterator[Mention]:
    for name, value in holder.mapping("env").pairs:
        text = value.text if isinstance(value, Scalar) else ""
        act = Act.PASSED if _FROM_SECRET.search(text) else Act.DECLARED
        yield Mention(name.line, name.text, act, Via.ENVIRONMENT, place=place)


def _job(name: str, job: Mapping, source: Source, given: set[str]) -> Iterator[Mention]:
    own = tuple(_environment(job, name))
    yield from own
    given = given | {one.name for one in own}
    for image in (
        job.mapping("container"),
        *(value for _, value in job.mapping("services").pairs if isinstance(value, Mapping)),
    ):
        given |= {one.name for one in _environment(image, name)}
    steps = [step for step in job.items("steps") if isinstance(step, Mapping)]
    for step in steps:
        given |= _written(step.get("run"), source)
    for number, step in enumerate(steps, 1):
        place = f"{name}/{step.text('name') or step.text('id') or number}"
        mine = tuple(_environment(step, place))
        yield from mine
        for one in _script(step.get("run"), source, place):
            if one.name not in given and one.name not in {mention.name for mention in mine}:
                yield one


def _script(run: Node | None, source: Source, place: str) -> Iterator[Mention]:
    if not isinstance(run, Scalar):
        return
    first = run.line + 1 if run.block else run.line
    lines = source.lines[first - 1 : run.end_line] if run.block else (run.text,)
    for one in shell_names(lines, first, via=Via.STEP, place=place):
        if _NAME.match(one.name):
            yield one


def _written(run: Node | None, source: Source) -> set[str]:
    """Names that a step adds to the environment of the steps after it."""
    if not isinstance(run, Scalar) or "GITHUB_ENV" not in run.text:
        return set()
    return set(assigned_names(source.lines[run.line - 1 : run.end_line]))
