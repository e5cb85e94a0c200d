"""JUnit XML, counted test by test: https://github.com/testmoapp/junitxml describes what tools write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from auditor.model.words import counted, listed
from auditor.reports.base import ReportFacts, bad_report
from auditor.reports.times import read_time
from auditor.reports.xml_reader import read_elements

__all__ = ["MOST_TESTS", "JunitReport", "disagreement", "parse_junit"]

MOST_TESTS = 1_000_000
_REMEDY = "give the file as the test runner wrote it, such as pytest --junitxml does"
_COMMIT_NAMES = frozenset({
    "commit", "commit_sha", "git.commit", "git.commit.id", "git_commit", "git.sha", "git_sha", "github_sha",
    "ci_commit_sha", "revision", "vcs.revision", "scm.revision",
})  # fmt: skip
_COUNT = re.compile(r"\d{1,9}")
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,12})?(e-\d{1,2})?", re.IGNORECASE)
_VERDICTS = {"failure": "failed", "error": "error", "skipped": "skipped"}
_KINDS = ("tests", "passed", *_VERDICTS.values())
_STATED = {"tests": "tests", "failures": "failed", "errors": "error", "skipped": "skipped"}
_MOST_SAID = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JunitReport:
    """The tests of one report, as its test cases say. `passed` and `failed` are hashes that only this process knows."""

    facts: ReportFacts
    tests: int
    succeeded: int
    skipped: int
    suites: frozenset[str]
    passed: frozenset[int]
    failed: frozenset[int]

    @property
    def run(self) -> int:
        """How many tests were not skipped."""
        return self.tests - self.skipped


@dataclass(slots=True)
class _Counts:
    """A suite: what its attributes state, what its test cases come to, and of them what stands in suites inside."""

    name: str
    line: int
    stated: dict[str, int]
    counted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_KINDS, 0))
    inside: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_KINDS, 0))


@dataclass(slots=True)
class _Collector:
    name: str
    stack: list[_Counts] = field(default_factory=list)
    total: _Counts | None = None
    case: tuple[int, set[str]] | None = None
    depth: int = 0
    milliseconds: int = 0
    suites: set[str] = field(default_factory=set)
    times: set[datetime] = field(default_factory=set)
    commits: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    passed: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)

    def start(self, tag: str, attributes: Mapping[str, str], line: int) -> None:
        if self.depth == 0 and tag not in ("testsuites", "testsuite"):
            raise bad_report(self.name, f"this is no JUnit report: it begins with <{tag[:40]}>", _REMEDY, line)
        self.depth += 1
        if tag in ("testsuites", "testsuite"):
            self._suite(tag, attributes, line)
        elif tag == "testcase" and self.case is None:
            self._case(attributes, line)
        elif self.case is not None:
            if tag in _VERDICTS:
                self.case[1].add(_VERDICTS[tag])
        elif tag == "property" and attributes.get("name", "").strip().lower() in _COMMIT_NAMES:
            self.commits.add(attributes.get("value", "").strip()[:64])

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag == "testcase" and self.case is not None:
            self._close_case(*self.case)
            self.case = None
        elif tag in ("testsuites", "testsuite") and self.case is None:
            self._close_suite()

    def _suite(self, tag: str, attributes: Mapping[str, str], line: int) -> None:
        name = attributes.get("name", "")[:200]
        suite = _Counts(name or tag, line, self._stated(attributes, line))
        self._duration(attributes, line)
        self.stack.append(suite)
        if tag == "testsuite":
            self.suites.add(name)
        time = attributes.get("timestamp", "")
        if time:
            produced = read_time(time)
            if produced is None:
                raise bad_report(self.name, f"timestamp is no time: {time[:40]!r}", _REMEDY, line)
            self.times.add(produced)

    def _stated(self, attributes: Mapping[str, str], line: int) -> dict[str, int]:
        stated = {}
        for key, kind in _STATED.items():
            text = attributes.get(key, "").strip()
            if not text:
                continue
            if not _COUNT.fullmatch(text):
                raise bad_report(self.name, f"{key} is no count: {text[:40]!r}", _REMEDY, line)
            stated[kind] = int(text)
        return stated

    def _duration(self, attributes: Mapping[str, str], line: int) -> int:
        text = attributes.get("time", "").strip().replace(",", "")
        if text and not _SECONDS.fullmatch(text):
            raise bad_report(self.name, f"time is no number of seconds: {text[:40]!r}", _REMEDY, line)
        return int(Decimal(text or 0) * 1000)

    def _case(self, attributes: Mapping[str, str], line: int) -> None:
        if not self.stack:
            raise bad_report(self.name, "a test case stands outside of every suite", _REMEDY, line)
        self.milliseconds += self._duration(attributes, line)
        suite = self.stack[-1].name
        self.case = (hash((suite, attributes.get("classname"), attributes.get("name"), attributes.get("file"))), set())

    def _close_case(self, identity: int, verdicts: set[str]) -> None:
        counts = self.stack[-1].counted
        for kind in ("tests", *(verdicts or {"passed"})):
            counts[kind] += 1
        if verdicts & {"failed", "error"}:
            self.failed.add(identity)
        elif not verdicts:
            self.passed.add(identity)
        if len(self.passed) + len(self.failed) > MOST_TESTS:
            raise bad_report(self.name, f"more than {MOST_TESTS} tests", "give a report for each part of them")

    def _close_suite(self) -> None:
        suite = self.stack.pop()
        whole = {key: suite.counted[key] + suite.inside[key] for key in suite.counted}
        self._compare(suite, whole)
        if self.stack:
            inside = self.stack[-1].inside
            for key, number in whole.items():
                inside[key] += number
        else:
            self.total = _Counts(suite.name, suite.line, {}, whole)

    def _compare(self, suite: _Counts, whole: Mapping[str, int]) -> None:
        """Pytest counts an error of a test's teardown as a test of its own: so many more `tests` are no contradiction."""
        for said, kind in _STATED.items():
            stated = suite.stated.get(kind, whole[kind])
            spare = whole["error"] if kind == "tests" else 0
            fits = any(abs(stated - number) <= spare for number in (whole[kind], suite.counted[kind]))
            if not fits and len(self.wrong) < _MOST_SAID:
                self.wrong.append(f"line {suite.line} states {stated} {said}; its test cases come to {whole[kind]}")


def parse_junit(data: bytes, name: str) -> JunitReport:
    """The report in `data`. Raises UserError, naming file and line, where it is none."""
    found = _Collector(name)
    read_elements(data, name, found.start, found.end)
    assert found.total is not None  # its root is a suite, and it was closed
    cases = found.total.counted
    return JunitReport(
        facts=ReportFacts(
            says=_says(cases, found.milliseconds),
            produced=min(found.times, default=None),
            commits=tuple(sorted(found.commits)),
            contradictions=tuple(found.wrong),
            empty="" if cases["tests"] else "there is no test in it",
        ),
        tests=cases["tests"],
        succeeded=cases["passed"],
        skipped=cases["skipped"],
        suites=frozenset(found.suites),
        passed=frozenset(found.passed - found.failed),
        failed=frozenset(found.failed),
    )


def disagreement(one: JunitReport, other: JunitReport) -> str:
    """Why two reports cannot both be true: of one suite, a test passed in one and failed in the other."""
    if not one.suites & other.suites:
        return ""
    differing = len(one.passed & other.failed) + len(one.failed & other.passed)
    if not differing:
        return ""
    shared = listed(sorted(suite or "(no name)" for suite in one.suites & other.suites))
    return f"of the suite {shared}, {counted(differing, 'test')} passed in one and failed in the other"


def _says(cases: Mapping[str, int], milliseconds: int) -> str:
    parts = f"{counted(cases['tests'], 'test')}: {cases['failed']} failed, {counted(cases['error'], 'error')}"
    seconds = f"{milliseconds // 1000}.{milliseconds % 1000:03}"
    return f"{parts}, {cases['skipped']} skipped, in {seconds} s"
