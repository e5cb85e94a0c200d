"""The criteria as test cases, in the flavour of JUnit XML that most readers take (https://github.com/testmoapp/junitxml).

A component is a suite. Not met is a failure; unknown and error are errors; what does not apply, and what a waiver
accepts, is skipped, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from auditor.formats.text import clipped, counted, single_line
from auditor.model.audit import Audit
from auditor.model.escape import visible
from auditor.model.finding import Finding
from auditor.model.outcome import ComponentResult, CriterionResult, Outcome

__all__ = ["MOST_FINDINGS", "chunks"]

MOST_FINDINGS = 20
"""Findings that are listed in one failure."""
_LONGEST = 500
_FAILURE, _ERROR, _SKIPPED = "failure", "error", "skipped"


def chunks(audit: Audit) -> Iterator[bytes]:
    """One suite for each component, written as it is made."""
    found = _listed(audit)
    verdicts = [_verdict(one) for component in audit.components for one in component.criteria]
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield _line("<testsuites", {"name": f"auditor {audit.decision} {audit.score.overall}", **_counts(verdicts)}, ">")
    for component in audit.components:
        yield _suite(audit, component, found)
    yield b"</testsuites>\n"


def _listed(audit: Audit) -> dict[str, Finding]:
    """The findings that are shown, by fingerprint."""
    criteria = (one for component in audit.components for one in component.criteria)
    wanted = {key for one in criteria for key in one.findings[:MOST_FINDINGS]}
    return {finding.fingerprint: finding for finding in audit.findings if finding.fingerprint in wanted}


def _suite(audit: Audit, component: ComponentResult, found: Mapping[str, Finding]) -> bytes:
    counts = _counts([_verdict(one) for one in component.criteria])
    moment = audit.scanned_at.removesuffix("Z")
    head = _line("  <testsuite", {"name": component.title, **counts, "timestamp": moment}, ">")
    properties = (
        ("rubric", f"{audit.rubric.id} {audit.rubric.version}"),
        ("rubric sha256", audit.rubric.digest),
        ("rule pack sha256", audit.tool.rule_pack.digest),
        ("score", str(component.score)),
    )
    rows = (_line("      <property", {"name": name, "value": value}, "/>") for name, value in properties)
    cases = (_case(component, one, found) for one in component.criteria)
    listed = (b"    <properties>\n", *rows, b"    </properties>\n", *cases)
    return b"".join((head, *listed, b"  </testsuite>\n"))


def _case(component: ComponentResult, criterion: CriterionResult, found: Mapping[str, Finding]) -> bytes:
    cited = [found[key] for key in criterion.findings[:MOST_FINDINGS] if key in found]
    place = {"file": cited[0].path, "line": str(cited[0].start_line)} if cited else {}
    names = {"classname": f"{component.name}.{criterion.id}", "name": criterion.question, **place, "time": "0"}
    verdict = _verdict(criterion)
    if verdict is None:
        return _line("    <testcase", names, "/>")
    said = {"message": f"{criterion.outcome.replace('-', ' ')}: {criterion.reason}"}
    kind = {} if verdict == _SKIPPED else {"type": criterion.severity.value}
    body = "" if verdict == _SKIPPED else "\n".join(_details(criterion, cited))
    inner = _line(f"      <{verdict}", said | kind, f">{escape(body)}</{verdict}>" if body else "/>")
    return _line("    <testcase", names, ">") + inner + b"    </testcase>\n"


def _details(criterion: CriterionResult, cited: list[Finding]) -> Iterator[str]:
    yield from (_shown(f"{one.path}:{one.start_line} {one.rule} {single_line(one.message)}") for one in cited)
    hidden = len(criterion.findings) - len(cited)
    if hidden:
        yield f"and {counted(hidden, 'more finding')}"
    notes = () if cited else criterion.evidence[:MOST_FINDINGS]
    yield from (_shown(one.note) for one in notes)


def _verdict(criterion: CriterionResult) -> str | None:
    """The element of a test case that says how it went; none where it passed."""
    match criterion.outcome:
        case Outcome.NOT_MET:
            return _FAILURE
        case Outcome.UNKNOWN | Outcome.ERROR:
            return _ERROR
        case Outcome.NOT_APPLICABLE:
            return _SKIPPED
        case Outcome.MET:
            return None if criterion.outcome_as_found is Outcome.MET else _SKIPPED


def _counts(verdicts: list[str | None]) -> dict[str, str]:
    return {
        "tests": str(len(verdicts)),
        "failures": str(verdicts.count(_FAILURE)),
        "errors": str(verdicts.count(_ERROR)),
        "skipped": str(verdicts.count(_SKIPPED)),
        "time": "0",
    }


def _line(opening: str, attributes: Mapping[str, str], closing: str) -> bytes:
    """One element on one line. XML holds neither control characters nor lone surrogates: they are written out."""
    pairs = "".join(f' {name}="{escape(_shown(value))}"' for name, value in attributes.items())
    return f"{opening}{pairs}{closing}\n".encode()


def _shown(text: str) -> str:
    return visible(clipped(text, _LONGEST))
