"""Reports hold to the published schema of their format."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest

from auditor.formats import report_sarif
from auditor.formats.sarif import rule_descriptor
from auditor.model.finding import Category
from auditor.model.waiver import WAIVER_FILE
from auditor.rules.registry import rules
from tests.formats.build import audit, audit_of, finding, written
from tests.formats.test_hostile_names import HOSTILE, hostile_audit
from tests.formats.test_limits import many
from tests.meta.checkout import ROOT

SARIF = Path(__file__).parent / "data" / "sarif-schema-2.1.0.json"
REPORT = ROOT / "docs/schema/report.schema.json"


@cache
def validator(path: Path) -> jsonschema_rs.Draft4Validator | jsonschema_rs.Draft202012Validator:
    made = jsonschema_rs.validator_for(json.loads(path.read_bytes()))
    assert isinstance(made, jsonschema_rs.Draft4Validator | jsonschema_rs.Draft202012Validator)
    return made


def departures(data: bytes, schema: Path = SARIF) -> list[str]:
    return [error.message for error in validator(schema).iter_errors(json.loads(data))]


@pytest.mark.parametrize("text", HOSTILE)
def test_sarif_with_any_name_holds_to_the_schema(text: str) -> None:
    assert departures(written("sarif", hostile_audit(text))) == []


def test_sarif_that_is_cut_and_with_waivers_holds_to_the_schema() -> None:
    assert departures(written("sarif", audit())) == []
    assert departures(written("sarif", audit_of(many(report_sarif.MOST_RESULTS + 1)))) == []


def test_the_schemas_refuse_what_is_wrong() -> None:
    broken = json.loads(written("sarif", audit()))
    del broken["runs"][0]["tool"]
    assert departures(json.dumps(broken).encode())
    report = json.loads(written("json", audit()))
    report["findings"][0]["severity"] = "dreadful"
    assert departures(json.dumps(report).encode(), REPORT)


def test_what_is_waived_is_suppressed_in_the_one_and_left_out_of_the_other() -> None:
    made = audit()
    full = json.loads(written("sarif", made))["runs"][0]["results"]
    upload = json.loads(written("sarif-upload", made))["runs"][0]["results"]
    waived = [one for one in full if one["suppressions"]]
    assert len(waived) == 1
    assert waived[0]["suppressions"][0] == {
        "kind": "external", "status": "accepted", "justification": "known (lead, until 2027-01-01)",
    }  # fmt: skip
    assert len(upload) == len(full) - 1
    assert not any("suppressions" in one for one in upload)


@pytest.mark.parametrize(("place", "kind"), [(WAIVER_FILE, "external"), ("application/a.py", "inSource")])
def test_a_waiver_in_a_comment_is_one_in_the_source(place: str, kind: str) -> None:
    made = audit()
    waivers = tuple(replace(one, declared_in=place) for one in made.waivers)
    results = json.loads(written("sarif", replace(made, waivers=waivers)))["runs"][0]["results"]
    assert [each["kind"] for one in results for each in one["suppressions"]] == [kind]


def test_sarif_has_what_code_scanning_asks_for() -> None:
    made = audit_of([finding(1, "application"), finding(2, "application", rule="XYZ1")])
    (run,) = json.loads(written("sarif", made))["runs"]
    rules = {one["id"]: one for one in run["tool"]["driver"]["rules"]}
    assert set(rules) == {"AUD101", "XYZ1"}
    known = rules["AUD101"]
    assert known["help"]["text"]
    assert known["help"]["markdown"].startswith("**Fix.** ")
    assert known["helpUri"].endswith("/AUD101-todo-marker")
    assert known["defaultConfiguration"]["level"] in {"note", "warning", "error"}
    assert known["properties"]["precision"] in {"high", "medium", "low"}
    assert "security-severity" not in known["properties"]
    assert run["versionControlProvenance"][0]["revisionId"] == made.repository.commit
    assert run["automationDetails"]["id"] == "auditor/scan/"
    for result in run["results"]:
        assert result["partialFingerprints"].keys() == {"auditorFinding/v1"}
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_rules_about_credentials_have_a_security_severity_and_no_other() -> None:
    for rule in rules():
        properties = rule_descriptor(rule)["properties"]
        assert isinstance(properties, dict)
        assert ("security-severity" in properties) is (rule.category is Category.HARDCODED_SECRET)
        assert len(properties["tags"]) <= 10
