"""AUD904: a waiver that covers nothing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.waiver import Standing, Waiver
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(waivers: tuple[Waiver, ...]) -> Iterator[Hit]:
    for one in waivers:
        if one.standing is Standing.STALE:
            line = one.line or 1
            told = f"The waiver `{one.id}` of {one.what} covers nothing: no such finding is there."
            yield Hit(one.declared_in, line, line, told, symbol=one.id)


RULE = Rule(
    id="AUD904",
    name="stale-waiver",
    category=Category.AUDIT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every waiver cover something?",
    why=(
        "What it covered has been mended or has moved. Left in place, it silently covers the next defect of the same "
        "kind, which nobody has accepted."
    ),
    limits=(
        "A waiver of a rule that did not run, of a criterion that this rubric does not ask, or of a component that was "
        "not scored is left aside."
    ),
    fix="Drop it; or, if what it covered is still there, correct its rule, path or fingerprint.",
    since="0.1.0",
    effort=5,
    reads=frozenset(),
    check_waivers=_check,
    examples=(
        Example(
            title="a waiver of what is no longer there",
            files={
                ".auditor/waivers.yaml": (
                    "waivers:\n  - rule: AUD902\n    path: venv\n    reason: kept until the move\n"
                    "    approver: lead\n    expires: 2026-12-31\n"
                ),
                "app.py": "print(1)\n",
            },
            found=(".auditor/waivers.yaml:2",),
        ),
        Example(
            title="a comment beside nothing",
            files={"app.py": 'print(1)  # auditor: ignore[AUD902] until=2026-12-31 reason="left over" by=lead\n'},
            found=("app.py:1",),
        ),
        Example(
            title="a waiver of what is there",
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
