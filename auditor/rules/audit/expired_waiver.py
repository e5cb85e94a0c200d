"""AUD903: a waiver that has ended."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.waiver import Standing, Waiver
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(waivers: tuple[Waiver, ...]) -> Iterator[Hit]:
    for one in waivers:
        if one.standing is Standing.EXPIRED:
            line = one.line or 1
            told = f"The waiver `{one.id}` of {one.what} ended on {one.expires}: what it covered counts again."
            yield Hit(one.declared_in, line, line, told, symbol=one.id)


RULE = Rule(
    id="AUD903",
    name="expired-waiver",
    category=Category.AUDIT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are all waivers still in force?",
    why=(
        "A risk was accepted until a date, and the date has passed. Either the work was forgotten, or somebody goes on "
        "accepting a risk that nobody answers for any more."
    ),
    limits="The date of the audit decides. A waiver counts through the whole of its last day, in UTC.",
    fix="Mend what it covered and drop it, or have the risk accepted anew with a later date.",
    since="0.1.0",
    effort=15,
    reads=frozenset(),
    check_waivers=_check,
    examples=(
        Example(
            title="a waiver that ended years ago",
            files={
                ".auditor/waivers.yaml": (
                    "waivers:\n  - rule: AUD902\n    path: venv\n    reason: kept until the move\n"
                    "    approver: lead\n    expires: 2020-01-31\n"
                ),
                "venv/pyvenv.cfg": "home = /usr/bin\n",
                "app.py": "print(1)\n",
            },
            found=(".auditor/waivers.yaml:2",),
        ),
        Example(
            title="a comment that ended years ago",
            files={"app.py": '# auditor: ignore[AUD101] until=2020-01-31 reason="see the plan" by=lead\nprint(1)\n'},
            found=("app.py:1",),
        ),
        Example(
            title="a waiver that still counts",
            files={
                ".auditor/waivers.yaml": (
                    "waivers:\n  - rule: AUD902\n    path: venv\n    reason: kept until the move\n"
                    "    approver: lead\n    expires: 2026-12-31\n"
                ),
                "venv/pyvenv.cfg": "home = /usr/bin\n",
                "app.py": "print(1)\n",
            },
        ),
    ),
)
