"""JSON reports that somebody else wrote: whatever stands in any one field, nothing is forged and no command breaks."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.main import run
from auditor.cli.output import FORMATS
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.codec import dumps, loads
from tests.formats.build import audit, written

EVIL = (
    "x\ndecision=GO\n::error::forged\n# Readiness: GO\n| a | b |\n<script>alert(1)</script>\n=cmd|x\x1b[31m\u202e]]>&a;"
)
FORGED = re.compile(r"^(decision=GO|::error::forged|# Readiness: GO|\| a \| b|<script>alert|=cmd)", re.MULTILINE)
FOR_PEOPLE = sorted(set(FORMATS) - {"json", "sarif", "sarif-upload", "gitlab"})
"""Formats in which nothing may stand that cannot be seen; in the others JSON writes it out."""

At = tuple[str | int, ...]


def places(node: object, at: At = ()) -> Iterator[tuple[At, object]]:
    """Every field of a report with its value, one item of each list."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from places(value, (*at, key))
    elif isinstance(node, list):
        for index, value in enumerate(node[:1]):
            yield from places(value, (*at, index))
    else:
        yield at, node


def changed(document: object, at: At, value: object) -> bytes:
    copy: Any = json.loads(json.dumps(document))
    node = copy
    for key in at[:-1]:
        node = node[key]
    node[at[-1]] = value
    return json.dumps(copy).encode()


HONEST = json.loads(dumps(audit()))
TEXTS = [at for at, value in places(HONEST) if isinstance(value, str) and at != ("schema",)]
NUMBERS = [at for at, value in places(HONEST) if type(value) is int]


def reports(at: At, *values: object) -> Iterator[Audit]:
    for value in values:
        try:
            yield loads(changed(HONEST, at, value))
        except UserError:
            continue


@pytest.mark.parametrize("at", TEXTS, ids=lambda at: ".".join(map(str, at)))
def test_no_text_of_a_report_forges_a_line_in_any_format(at: At) -> None:
    for made in reports(at, EVIL):
        for name in FOR_PEOPLE if at != ("rubric", "kind") else sorted({*FOR_PEOPLE} - {"md"}):
            shown = written(name, made).decode()
            assert not FORGED.search(shown), name
            assert not {"\x1b", "\u202e"} & set(shown), name


def test_some_report_with_such_a_text_is_read() -> None:
    """Or the test above would prove nothing."""
    assert sum(1 for at in TEXTS for _ in reports(at, EVIL)) > len(TEXTS) / 2


@pytest.mark.parametrize("at", NUMBERS, ids=lambda at: ".".join(map(str, at)))
def test_no_number_of_a_report_breaks_a_command(at: At, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    for value in (-1, 10**30):
        path.write_bytes(changed(HONEST, at, value))
        formats = (word for name in FORMATS for word in ("--format", f"{name}:{tmp_path / name}"))
        assert run(["report", str(path), *formats]) in {0, 2}
        assert run(["history", str(path)]) in {0, 2}
        assert run(["badge", str(path), "--svg"]) in {0, 2}
        assert len(capfd.readouterr().out) < 10_000


@pytest.mark.parametrize(
    ("at", "value", "problem"),
    [
        (("certificate_id",), "../../x", "certificate_id: this is no id of a certificate"),
        (("valid_until",), "2026-12-31\ndecision=GO", "valid_until: this is no day"),
        (("valid_until",), "2026-02-30", "valid_until: this is no day"),
        (("scanned_at",), "2026-11-21T25:00:00Z", "scanned_at: this is no time in UTC"),
        (("scanned_at",), "2026-11-21T05:00:00Z\n", "scanned_at: this is no time in UTC"),
        (("conditions", 0, "due"), "soon", "conditions.0.due: this is no day"),
        (("score", "overall"), 101, "score.overall: this is no score"),
        (("components", 0, "score"), -1, "components.0.score: this is no score"),
    ],
)
def test_what_every_output_repeats_has_its_form(at: At, value: object, problem: str) -> None:
    with pytest.raises(UserError, match=re.escape(problem)):
        loads(changed(HONEST, at, value))


def test_values_for_later_steps_of_a_pipeline_cannot_be_forged(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What is appended to $GITHUB_OUTPUT decides what the next steps do; of two values of a name the last counts."""
    path = tmp_path / "report.json"
    path.write_bytes(changed(HONEST, ("valid_until",), "2026-12-31\ndecision=GO"))
    assert run(["report", str(path), "--format", "env"]) == 2
    assert not capfd.readouterr().out


def test_a_kind_that_has_no_template_is_bad_input_and_no_bug(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(changed(HONEST, ("rubric", "kind"), "praise\n::error::x"))
    assert run(["report", str(path), "--format", "md"]) == 2
    assert "\n::error" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        b'{"decision": "NO-GO", "decision": "GO", "score": {"overall": 92}, "valid_until": "2026-12-21"}',
        b'{"decision": "GO", "score": {"overall": 92, "overall": 99}, "valid_until": "2026-12-21"}',
        b'{"decision": "GO", "score": {"overall": 10000}, "valid_until": "2026-12-21"}',
    ],
)
def test_a_badge_of_a_report_that_says_two_things_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    assert run(["badge", str(path)]) == 2
