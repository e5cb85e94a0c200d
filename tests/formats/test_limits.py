"""Each format keeps to its limits in size and memory, and says what it leaves out. What is asserted here is what docs/formats.md states."""

import gzip
import json
import random
import re
import tracemalloc
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import cycle

import pytest

from auditor.cli.output import FORMATS
from auditor.formats import page, report_csv, report_github, report_gitlab, report_junit, report_sarif, report_summary
from auditor.model.audit import Audit
from auditor.model.codec import dumps
from auditor.model.finding import Finding, Severity
from tests.formats.build import audit, audit_of, finding, written
from tests.formats.readers import READERS, read_csv, runner_command

MANY = 200_000
MEBIBYTE = 1 << 20
MOST_MEMORY = 48 * MEBIBYTE
STREAMED = [
    "json",
    "csv",
    "sarif",
    "sarif-upload",
    "gitlab",
    "github",
    "junit",
    "summary",
    "comment",
    "badge",
    "badge-svg",
    "env",
]


def many(number: int) -> Iterable[Finding]:
    severities = cycle(reversed(Severity))
    for index in range(1, number + 1):
        yield replace(
            finding(index, "application", severity=next(severities)),
            path=f"application/module_{index % 997}.py",
            message=f"The check number {index} reports success on every path, and measures nothing.",
        )


@pytest.fixture(scope="module")
def large() -> Audit:
    return audit_of(many(MANY))


@pytest.mark.parametrize("name", STREAMED)
def test_two_hundred_thousand_findings_take_little_memory_beyond_their_own(name: str, large: Audit) -> None:
    tracemalloc.start()
    content = FORMATS[name](large)
    size = len(content) if isinstance(content, bytes) else sum(map(len, content))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 0
    assert peak < MOST_MEMORY


def test_every_format_is_held_to_that_but_those_that_are_whole_pages() -> None:
    assert set(STREAMED) == set(FORMATS) - {"md", "letter", "html"}


def test_json_in_pieces_is_json_as_a_whole() -> None:
    for made in (audit(), audit_of(()), audit_of(many(2_500))):
        assert written("json", made) == dumps(made)


def test_csv_holds_every_finding(large: Audit) -> None:
    assert len(read_csv(written("csv", large))) == MANY


@pytest.mark.parametrize("name", ["sarif", "sarif-upload"])
def test_sarif_holds_the_worst_and_says_how_many_it_leaves_out(name: str, large: Audit) -> None:
    data = written(name, large)
    run = json.loads(data)["runs"][0]
    assert len(run["results"]) == report_sarif.MOST_RESULTS
    assert {one["properties"]["severity"] for one in run["results"]} == {"critical"}
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith(
        "175,000 findings left out"
    )
    assert len(gzip.compress(data)) < 10_000_000


def test_sarif_that_does_not_compress_stays_below_ten_megabytes() -> None:
    noise = random.Random(1)
    findings = (replace(one, message=noise.randbytes(490).hex()) for one in many(report_sarif.MOST_RESULTS))
    data = written("sarif", audit_of(findings))
    run = json.loads(data)["runs"][0]
    left_out = report_sarif.MOST_RESULTS - len(run["results"])
    assert left_out > 0
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith(
        f"{left_out:,} findings"
    )
    assert len(gzip.compress(data)) < report_sarif.MOST_PACKED + 100_000


def test_gitlab_holds_the_worst_and_its_last_entry_says_how_many_are_left_out(large: Audit) -> None:
    entries = json.loads(written("gitlab", large))
    assert len(entries) == report_gitlab.MOST_ENTRIES + 1
    assert {one["severity"] for one in entries[:-1]} == {"blocker"}
    assert entries[-1]["description"].startswith("175,000 more findings")
    assert len({one["fingerprint"] for one in entries}) == len(entries)


def test_gitlab_tells_findings_with_one_fingerprint_apart() -> None:
    twice = [finding(1, "application"), finding(1, "application")]
    fingerprints = [one["fingerprint"] for one in json.loads(written("gitlab", audit_of(twice)))]
    assert len(set(fingerprints)) == 2


def test_gitlab_with_long_paths_stays_below_its_bytes() -> None:
    findings = (replace(one, path=f"{'ü' * 1_000}/{one.start_line}") for one in many(report_gitlab.MOST_ENTRIES))
    data = written("gitlab", audit_of(findings))
    assert len(data) < report_gitlab.MOST_BYTES + 10_000
    assert "more findings" in json.loads(data)[-1]["description"]


def test_github_shows_ten_of_each_level_the_worst_first_and_counts_the_rest(large: Audit) -> None:
    lines = written("github", large).decode().splitlines()
    commands = [command for line in lines if (command := runner_command(line))]
    assert Counter(level for level, _, _ in commands) == dict.fromkeys(
        ("error", "warning", "notice"), report_github.MOST_OF_A_LEVEL
    )
    assert commands[0][1]["title"].startswith("Readiness: ")
    levels = [level for level, _, _ in commands[1:]]
    assert levels == sorted(levels, key=["error", "warning", "notice"].index)
    assert lines[-1] == f"{MANY - 29:,} more findings in the other reports"


@pytest.mark.parametrize(
    ("name", "most"), [("summary", report_summary.MOST_BYTES), ("comment", report_summary.MOST_COMMENT_BYTES)]
)
def test_a_summary_is_cut_and_its_verdict_is_not(name: str, most: int, large: Audit) -> None:
    long = "ü" * 5_000
    components = tuple(replace(one, title=f"{long}{number}") for one in large.components for number in range(300))
    conditions = tuple(replace(one, title=long, owner=long, acceptance=long) for one in large.conditions * 300)
    worst = replace(
        large,
        findings=tuple(replace(one, path=long, message=long) for one in large.findings[:1_000]),
        components=components,
        conditions=conditions,
        repository=replace(large.repository, name=long),
        verdict=replace(large.verdict, why_not_better=(long,) * 50),
    )
    data = written(name, worst)
    text = data.decode()
    assert len(data) <= most
    assert f"# Readiness: {large.decision}\n" in text[:100]
    assert "and 40 more reasons" in text
    for noun in ("component", "condition", "finding"):
        assert re.search(rf"^\| .*\n\nAnd [\d,]+ more {noun}s\.$", text, re.MULTILINE)
    READERS[name](data)


def test_a_summary_of_many_findings_says_how_many_are_not_listed(large: Audit) -> None:
    assert f"And {MANY - page.MOST_ROWS:,} more findings." in written("summary", large).decode()


def test_junit_lists_twenty_findings_of_a_criterion_and_counts_the_rest(large: Audit) -> None:
    data = written("junit", large)
    texts = [one.text or "" for one in ET.fromstring(data).iter("failure")]
    (listing,) = [text for text in texts if "AUD101" in text]
    assert listing.count("AUD101") == report_junit.MOST_FINDINGS
    assert listing.endswith(f"and {MANY - report_junit.MOST_FINDINGS:,} more findings")


def test_a_cell_of_a_spreadsheet_is_cut() -> None:
    made = audit_of([replace(finding(1, "application"), message="=" + "x" * 50_000)])
    ((_, message),) = read_csv(written("csv", made))
    assert len(message) == report_csv.MOST_CHARACTERS
    assert message.endswith("…")
