"""AUD128: a whole resource or job is commented out."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.comments import Comment, comments_of
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_BLOCK = pattern(r"^\s*((?:resource|data)\s+\"[\w\-]+\"\s+\"[\w\-]+\"|(?:module|backend)\s+\"[\w\-]+\")\s*\{\s*$")
_JOB = pattern(r"^(\s*)([A-Za-z_][\w\-]*):\s*$")
_RUNS_ON, _STEPS = pattern(r"^\s+runs-on:\s*\S"), pattern(r"^\s+steps:\s*$")
_SHORTEST = 3


def _check(source: Source) -> Iterator[Hit]:
    hcl = source.file.language is Language.HCL
    if not hcl and "/workflows/" not in source.path:
        return
    for run in _runs(comments_of(source), source.lines):
        for first, last, name in _blocks(run) if hcl else _jobs(run):
            message = f"The whole of {name} is commented out."
            yield Hit(source.path, first.line, last.line, message)


def _runs(comments: tuple[Comment, ...], lines: tuple[str, ...]) -> Iterator[list[Comment]]:
    """Comments of three lines or more that follow one another, or have empty comments between them."""
    run: list[Comment] = []
    for comment in (one for one in comments if not one.trailing):
        if run and any(lines[at].strip() not in ("#", "//") for at in range(run[-1].line, comment.line - 1)):
            if len(run) >= _SHORTEST:
                yield run
            run = []
        run.append(comment)
    if len(run) >= _SHORTEST:
        yield run


def _blocks(run: list[Comment]) -> Iterator[tuple[Comment, Comment, str]]:
    """The blocks of Terraform whose braces close within the comment."""
    first, name, depth = None, "", 0
    for comment in run:
        begins = _BLOCK.match(comment.text) if first is None else None
        if begins is not None:
            first, name, depth = comment, begins.group(1).replace('"', ""), 0
        if first is None:
            continue
        depth += comment.text.count("{") - comment.text.count("}")
        if depth <= 0:
            if comment.line - first.line + 1 >= _SHORTEST:
                yield first, comment, name
            first = None


def _jobs(run: list[Comment]) -> Iterator[tuple[Comment, Comment, str]]:
    """The job that a comment in a workflow holds: a name, a machine and steps."""
    names = [one for one in run if _JOB.match(one.text)]
    if names and any(_RUNS_ON.match(one.text) for one in run) and any(_STEPS.match(one.text) for one in run):
        yield names[0], run[-1], f"the job {names[0].text.strip().rstrip(':')}"


RULE = Rule(
    id="AUD128",
    name="commented-out-block",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every resource and job that the files hold live rather than commented out?",
    why="A remote state, an alarm or a deployment job that is a comment is read as done by whoever skims the file, and exists nowhere.",
    limits="Blocks of Terraform (resource, data, module, backend) whose braces close within one comment of three lines or more, and jobs of workflows with a machine and steps. Other settings that are commented out are taken for manuals.",
    fix="Switch the block on, or delete it: the history keeps it.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"hcl", "github-workflow"}),
    triggers=("#", "//", "/*"),
    check_file=_check,
    examples=(
        Example(
            title="a resource with empty lines in its comment",
            files={
                "infra/main.tf": '# resource "aws_db_instance" "replica" {\n#   identifier = "shop"\n#\n#   replicate_source_db = "shop-primary"\n# }\n'
            },
            found=("infra/main.tf:1",),
        ),
        Example(
            title="a remote state, an alarm and a deployment that are comments",
            files={
                "infra/main.tf": (
                    'terraform {\n  # backend "s3" {\n  #   bucket = "state"\n  # }\n}\n\n# resource "aws_cloudwatch_metric_alarm" "errors" {\n#   alarm_name = "errors"\n#   dimensions = {\n#     Name = "api"\n#   }\n# }\n'
                ),
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"
                    "  # deploy:\n  #   runs-on: ubuntu-latest\n  #   steps:\n  #     - run: make deploy\n"
                ),
            },
            found=(".github/workflows/ci.yml:7", "infra/main.tf:2", "infra/main.tf:7"),
        ),
        Example(
            title="explanations, settings and a block that is never closed",
            files={
                "infra/main.tf": (
                    '# The resource "aws_instance" "api" {\n# was replaced by the cluster\n# in the module beside.\nresource "aws_eks_cluster" "api" {\n  # name = "a"\n  # role_arn = "b"\n  # version = "c"\n}\n'
                ),
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    # timeout-minutes: 5\n    # env:\n    #   A: b\n    steps:\n      - run: make test\n",
            },
        ),
    ),
)
