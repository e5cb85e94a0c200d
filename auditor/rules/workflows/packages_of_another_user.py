"""AUD484: an image keeps its packages in the home of root, and runs as somebody else."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.final_stage import FinalStage, Instruction, final_stage
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COPIED = pattern(r"\s/root/\.local/?\s*$")
_INSTALLED = pattern(r"\bpip3? install (?:\S+ )*--user\b")
_OPENED = pattern(r"chmod\b[^&;]*\s/root\b|(?:chown|cp|mv|ln)\b[^&;]*/root/\.local")
_ROOT = frozenset({"root", "0", "root:root", "0:0"})


def _check(source: Source) -> Iterator[Hit]:
    stage = final_stage(source)
    kept = _kept(stage) if stage is not None else None
    if stage is None or kept is None:
        return
    users = [one for one in stage.instructions if one.keyword == "USER"]
    last = users[-1].text.strip() if users else "root"
    if last not in _ROOT and "$" not in last and users[0].line > kept.line:
        message = f"What lies below /root is for root alone, and the image runs as {last!r}: its packages and programs are not found."
        yield Hit(source.path, kept.line, kept.line, message, last)


def _kept(stage: FinalStage) -> Instruction | None:
    """The instruction that puts packages into the home of root, where no other opens it."""
    if any(one.keyword == "RUN" and _OPENED.search(one.text) for one in stage.instructions):
        return None
    home = any(one.keyword == "ENV" and "PYTHONUSERBASE" in one.text for one in stage.instructions)
    found = (
        one
        for one in stage.instructions
        if (one.keyword == "COPY" and _COPIED.search(one.text))
        or (one.keyword == "RUN" and not home and _INSTALLED.search(one.text))
    )
    return next(found, None)


RULE = Rule(
    id="AUD484",
    name="packages-of-another-user",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can the user of every image read the packages that the image brings?",
    why="The image builds, and its container ends at once: the home of root is closed to the user that runs it, and the server is 'not found'.",
    limits="Packages that `pip install --user` leaves in /root/.local, or that are copied there, in a last stage that ends with another user and opens nothing.",
    fix="Copy them into the home of the user (`COPY --chown=app --from=build /root/.local /home/app/.local`), or install into a virtual environment.",
    since="0.4.0",
    effort=20,
    reads=frozenset({"dockerfile-copies"}),
    triggers=("/root/.local", "--user"),
    check_file=_check,
    examples=(
        Example(
            title="packages in the home of root",
            files={
                "Dockerfile": (
                    "FROM python:3.13 AS build\nRUN pip install --user flask\nFROM python:3.13-slim\nENV PATH=/root/.local/bin:$PATH\nCOPY --from=build /root/.local /root/.local\n"
                    'RUN useradd shop\nUSER shop\nCMD ["gunicorn", "shop:app"]\n'
                )
            },
            found=("Dockerfile:5",),
        ),
        Example(
            title="packages in the home of the user, and an image that runs as root",
            files={
                "Dockerfile": (
                    "FROM python:3.13 AS build\nRUN pip install --user flask\nFROM python:3.13-slim\nCOPY --from=build /root/.local /home/shop/.local\nUSER shop\n"
                ),
                "job/Dockerfile": "FROM python:3.13\nRUN pip install --user flask\n",
                "open/Dockerfile": "FROM python:3.13\nRUN pip install --user flask\nRUN chmod 755 /root\nUSER shop\n",
            },
        ),
    ),
)
