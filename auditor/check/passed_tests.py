"""Results of test runs: against committed JUnit reports, and against tests that are marked to be skipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from auditor.check.case import Case, View
from auditor.check.document import Line
from auditor.check.moments import held
from auditor.check.references import is_to_do
from auditor.check.resolution import is_foreign_path
from auditor.check.scores import is_cut_off_as, is_printed_as, shown
from auditor.check.statement import Statement, contradicted, supported, uncheckable
from auditor.errors import UserError
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.vocabulary import matches, words
from auditor.reports.junit import JunitReport, parse_junit

__all__ = ["no_skips_statements", "test_result_statements"]

_PASSED_OF = pattern(
    r"(?i)(?:^|[^\d./])(\d{1,6})\s?(?:/|of|out of)\s?(\d{1,6})\s+(?:\w+\s){0,2}tests?\b[^.|]{0,12}\bpass"
)
_PASSED = pattern(
    r"(?i)(?:^|[^\d./])(\d{1,6})\s+(?:\w+\s)?tests?\s(?:are\s)?pass(?:ed|ing)?\b|(?:^|[^\d./])(\d{1,6}) passed\b"
)
_RATE = pattern(r"(?i)\b(?:test )?pass rate\b[^.%\d]{0,12}(\d{1,3}(?:\.\d{1,2})?)\s?%")
_SKIPPED = pattern(r"^\s*@(?:pytest\.mark\.skip|unittest\.skip)\b")
_NOT_RUN = pattern(r"^\s*@(?:pytest\.mark\.(?:skip|xfail)|unittest\.(?:skip|expectedFailure))\b")
_SCRIPT_SKIPPED = pattern(r"^\s*(?:x(?:it|describe|test)|(?:it|test|describe)\.(?:skip|todo|failing))\s*[.(]")
_SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs")
_MOST_REPORTS, _MOST_TESTS, _MOST_BYTES = 10, 2_000, 4_000_000


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a line says of a run: how many passed, of how many, or which share; `is_all` where it says all."""

    text: str
    passed: int | None = None
    whole: int | None = None
    rate: Decimal | None = None
    is_all: bool = False

    def fits(self, report: JunitReport) -> bool:
        """Whether the run of a report came out so. Skipped tests may be counted or not."""
        if self.is_all:
            return report.succeeded == report.run > 0
        if self.rate is not None:
            shares = [Fraction(report.succeeded * 100, of) for of in {report.run, report.tests} if of]
            return any(is_printed_as(one, self.rate) or is_cut_off_as(one, self.rate) for one in shares)
        return self.passed == report.succeeded and self.whole in (None, report.tests, report.run)


def test_result_statements(case: Case) -> Iterator[Statement]:
    """Each count or share of tests that passed: borne out by a report, or contradicted by the one that its line names."""
    if not case.views:
        return
    for line in case.document.texts:
        claim = None if _is_no_result(line) else _claim_of(line.plain)
        if claim:
            yield _judged(case, line, claim)


def _is_no_result(line: Line) -> bool:
    text = line.plain
    is_wish = matches("expectation", text) or matches("scores.aside", text) or matches("negated", text)
    return is_wish or line.box is False or any(matches("plans", title) for title in line.section.path[1:])


def _claim_of(text: str) -> _Claim | None:
    of = _PASSED_OF.search(text)
    if of:
        return _Claim(of.group().strip(), passed=int(of.group(1)), whole=int(of.group(2)))
    rate = _RATE.search(text)
    if rate:
        return _Claim(rate.group().strip(), rate=Decimal(rate.group(1)))
    everything = words("results.all_pass").search(text)
    if everything:
        return _Claim(everything.group().strip(), is_all=True)
    some = _PASSED.search(text)
    return _Claim(some.group().strip(" ("), passed=int(some.group(1) or some.group(2))) if some else None


def _judged(case: Case, line: Line, claim: _Claim) -> Statement:
    known = [(view, path, report) for view in case.views for path, report in _reports(view)]
    named = [one for one in known if one[1].rpartition("/")[2] in line.text]
    for view, path, report in named or known:
        if claim.fits(report):
            return supported(line.number, f"`{path}` {view.label} bears out {claim.text!r}.", "test result")
    if named:
        view, path, report = named[0]
        return contradicted(
            line.number, f"`{path}` {view.label} says {_told(report)}, not {claim.text!r}.", "test result"
        )
    if known:
        view, path, report = known[0]
        return uncheckable(
            line.number, f"`{path}` {view.label} says {_told(report)}, perhaps of another run.", "test result"
        )
    if not any(_may_test(path) for view in case.views for path in view.paths) and _is_of_written_tests(line):
        fault = f"{claim.text!r} is claimed, and no file {case.views[0].label} holds a test."
        return held(case, line.number, fault, "test result")
    marked = sum(_marked(case.views[0], _NOT_RUN)) if claim.is_all else 0
    behind = f" {marked} tests are marked to be skipped or to fail." if marked else ""
    return uncheckable(line.number, f"No report in the repository says {claim.text!r}.{behind}", "test result")


def _is_of_written_tests(line: Line) -> bool:
    """Whether a line speaks of tests that are code, and not of what somebody tried out."""
    return matches("results.written_tests", line.plain) and not matches("results.tried_out", line.plain)


@lru_cache(maxsize=4_096)
def _may_test(path: str) -> bool:
    """Whether a file may hold tests, by its name, or by its language, which writes them beside the code."""
    lowered = path.lower()
    if lowered.endswith((".md", ".rst", ".txt")):
        return False
    return lowered.endswith((".rs", ".zig", ".d", ".nim")) or matches("results.may_test", lowered)


def _told(report: JunitReport) -> str:
    share = shown(Fraction(report.succeeded * 100, report.run or 1))
    return f"that {report.succeeded} of {report.run} tests passed ({share}%) and {report.skipped} were skipped"


@lru_cache(maxsize=8)  # every line asks for the same reports
def _reports(view: View) -> tuple[tuple[str, JunitReport], ...]:
    found = []
    for path in sorted(path for path in view.paths if _may_be_report(path))[:_MOST_REPORTS]:
        data = view.data(path) or b""
        if len(data) > _MOST_BYTES or b"<testsuite" not in data[:4_000]:
            continue
        try:
            found.append((path, parse_junit(data, path)))
        except UserError:
            continue
    return tuple(found)


def _may_be_report(path: str) -> bool:
    return path.endswith(".xml") and matches("results.report_names", path) and not is_foreign_path(path)


def no_skips_statements(case: Case) -> Iterator[Statement]:
    """Each sentence that no test is skipped, against the tests."""
    for line in case.document.texts if case.views else ():
        is_planned = is_to_do(line) or matches("expectation", line.plain)
        if is_planned or not words("results.no_skips").search(line.plain):
            continue
        marked = [_marked(view, _SKIPPED) for view in case.views]
        if all(marked):
            count = sum(marked[0])
            yield contradicted(
                line.number,
                f"{count} {'test is' if count == 1 else 'tests are'} marked to be skipped {case.views[0].label}.",
                "skips",
            )


@lru_cache(maxsize=8)  # as for reports
def _marked(view: View, shape: Pattern) -> tuple[int, ...]:
    """How many tests of each test file are marked so; files without any are left out."""
    counts = []
    for path in sorted(path for path in view.paths if _is_test_file(path))[:_MOST_TESTS]:
        wanted = (_SCRIPT_SKIPPED,) if path.endswith(_SCRIPTS) else (shape,)
        counts.append(sum(any(one.match(text) for one in wanted) for text in view.lines(path) or ()))
    return tuple(count for count in counts if count)


def _is_test_file(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    is_test = name.startswith("test_") or name.endswith("_test.py") or ".test." in name or ".spec." in name
    return is_test and path.endswith((".py", *_SCRIPTS)) and not is_foreign_path(path)
