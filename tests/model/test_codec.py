"""The JSON report goes out and comes back unchanged, and nothing else comes in."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import UserError
from auditor.formats.report_json import dumps, loads, schema
from auditor.model.codec import is_as_written
from tests.certificate.conftest import FINDINGS, build

DATA = dumps(build())


def test_an_audit_comes_back_as_it_was() -> None:
    assert loads(DATA) == build()
    assert dumps(loads(DATA)) == DATA


@given(st.text())
def test_any_text_comes_back_as_it_was(text: str) -> None:
    audit = build(limits=(text,))
    assert loads(dumps(audit)) == audit


def test_the_bytes_are_for_people_and_diffs() -> None:
    assert DATA.startswith(b'{\n  "schema": "https://auditor.dev/schema/report/v1",\n')
    assert DATA.endswith(b"\n}\n")
    assert "→".encode() in dumps(build(limits=("→",)))


def test_the_fields_are_those_of_the_contract() -> None:
    document = json.loads(DATA)
    assert {"schema", "tool", "repository", "rubric", "decision", "score", "components", "conditions", "waivers",
            "findings"} <= set(document)  # fmt: skip
    assert {"commit", "tree", "dirty"} <= set(document["repository"])
    assert {"overall", "as_found", "evidence_coverage"} <= set(document["score"])
    assert set(document["findings"][0]) == {
        "rule", "name", "category", "severity", "confidence", "component", "path", "start_line", "end_line", "message",
        "excerpt", "fingerprint", "reached_from", "unreached", "waived_by",
    }  # fmt: skip


def test_the_schema_accepts_a_report_and_nothing_else() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    document = json.loads(DATA)
    assert validator.is_valid(document)
    assert not validator.is_valid({**document, "decision": "PRAISE"})
    assert not validator.is_valid({key: value for key, value in document.items() if key != "score"})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"[]", "no report of schema"),
        (b"{}", "no report of schema"),
        (b"\xff", "not JSON"),
        (b'{"a": 1, "a": 2}', "a key stands twice"),
        (b'{"a": NaN}', "NaN"),
        (b"[" * 100_000, "not JSON"),
        (DATA.replace(b'"overall": 66', b'"overall": 66.5'), "score.overall"),
        (DATA.replace(b'"overall": 66', b'"overall": "66"'), "score.overall"),
        (DATA.replace(b'"decision": "NO-GO"', b'"decision": "MAYBE"', 1), "decision"),
        (DATA.replace(b'"certificate_id"', b'"certificate"'), "certificate"),
        (DATA.replace(b'"limits"', b'"more": 1, "limits"'), "more"),
        (DATA.replace(b'"grade": "D",', b'"grade": "D", "praise": 1,', 1), "praise"),
    ],
)
def test_what_is_no_report_is_refused_by_name(data: bytes, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        loads(data, "shop.json")
    assert str(caught.value).startswith("shop.json")


@given(st.binary() | st.binary().map(lambda middle: DATA[:500] + middle + DATA[500:]))
def test_any_bytes_are_a_report_or_refused(data: bytes) -> None:
    try:
        audit = loads(data)
    except UserError:
        return
    assert loads(dumps(audit)) == audit


def test_half_a_character_does_not_break_the_report() -> None:
    audit = build(findings=(replace(FINDINGS[0], excerpt="\udcff"),))
    assert json.loads(dumps(audit))["findings"][0]["excerpt"] == "\udcff"


def test_a_report_of_a_time_before_an_optional_field_is_as_it_was_written() -> None:
    document = json.loads(DATA)
    assert document.pop("invocation") is None
    earlier = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    assert loads(earlier) == build()
    assert is_as_written(earlier, build())
    assert is_as_written(DATA, build())
    assert not is_as_written(earlier + b"\n", build())
    assert not is_as_written(json.dumps(document).encode(), build())
    turned = json.dumps(dict(reversed(document.items())), ensure_ascii=False, indent=2) + "\n"
    assert not is_as_written(turned.encode(), build())
