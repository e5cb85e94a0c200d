"""Styles of other people's reports: where they put their decisions, scores and hashes."""

import hashlib

import pytest

from auditor.check.blockers import blocker_statements
from auditor.check.chronology import chain_statements
from auditor.check.counts import count_statements
from auditor.check.decision import decision_of
from auditor.check.digest import hash_statements
from auditor.check.efforts import effort_statements
from auditor.check.lengths import length_statements
from auditor.check.overall import overall_statements
from auditor.check.pipeline_claims import enforcement_statements
from auditor.check.quotations import quotation_statements
from auditor.check.statement import Verdict
from auditor.check.sums import sum_statements
from auditor.model.outcome import Decision
from tests.check.cases import case, document, told, verdicts

BAD, GOOD, OPEN = Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.UNCHECKABLE
FILLER = "\n".join(f"Sentence {number} of many.\n" for number in range(40))


@pytest.mark.parametrize(
    ("lines", "decision"),
    [
        ("**Result:** READY FOR PILOT PROGRAM", Decision.GO),
        ("**Approval for Production**: NOT YET - pending remediation", Decision.NO_GO),
        ("## Final verdict\n\n**Decision:** Phase 14 complete \u2705", Decision.GO),
        ("## Final verdict\n\n**Decision:** Rework phase 8 \u274c", Decision.NO_GO),
        ("**Status**: READY WITH MINOR IMPROVEMENTS", Decision.CONDITIONAL),
        ("**Status**: APPROVED with immediate dependency updates", Decision.CONDITIONAL),
        ("## Verdict\n\nThe platform is GO for production release.", Decision.GO),
        ("**Production Approval**: GRANTED", Decision.GO),
        ("# Decision: GO or NO-GO", None),
        ('status="blocked"', None),
        ("**Readiness**: Need 80%", None),
    ],
)
def test_decisions_as_others_write_them(lines: str, decision: Decision | None) -> None:
    text = lines if lines.startswith("# ") else f"# Readiness report\n\n{lines}\n"
    assert decision_of(document(text)) is decision


def test_a_go_that_its_own_section_qualifies_is_conditional() -> None:
    text = "# Audit\n\n## Final verdict\n\n**Production readiness**: APPROVED\n\n**Approval**: Conditional, after the updates\n"
    assert decision_of(document(text)) is Decision.CONDITIONAL


def test_the_states_of_many_parts_are_no_decision() -> None:
    parts = "".join(f"## Module {part}\n\n**Status**: {'Ready' if part % 2 else 'Blocked'}\n\n" for part in range(6))
    assert decision_of(document(f"# Audit\n\n## Scope\n\nAll of it.\n\n{parts}")) is None


def test_the_last_lines_behind_a_rule_speak_for_the_document() -> None:
    text = f"# Report\n\n## Summary\n\n{FILLER}\n## Next steps\n\n{FILLER}\n---\n\n**Status**: READY FOR PRODUCTION\n"
    assert decision_of(document(text)) is Decision.GO
    assert decision_of(document(text.replace("---\n\n**Status", "**Status"))) is None


HEADINGS = "# Audit\n\n## Summary\n\n**Overall Readiness Score: {}/10**\n\n## Assessment\n\n### 1. Code (8/10)\n\n### 2. Tests (3/10)\n\n### 3. Docs (7/10)\n"
BOX = "# Audit\n\n```\nOVERALL SCORE: {}%\nSECURITY: 80%\nDESIGN: 90%\nDOCUMENTS: 70%\n```\n"
GRADED = "# Audit\n\n## Summary\n\n**Overall Grade**: B+ ({}/100)\n\n- Design: A- (90/100)\n- Errors: B+ (85/100)\n- Documents: B- (80/100)\n"
RATED = "# Audit\n\n### Readiness Score: {}%\n\n- **Security**: 100% ready\n- **Reliability**: 95% ready\n- **Speed**: 81% ready\n"
PROGRESS = "# Audit\n\n| Category | Completion |\n|---|---|\n| Features | 98% |\n| Security | 100% |\n| Documents | 70% |\n| **Overall** | **{}%** |\n"
BEHIND = "# Audit\n\n## Parts\n\n| Area | Score |\n|---|---|\n| A | 9/10 |\n| B | 7/10 |\n\n## OVERALL SCORE: {}/10\n"
FAR = "# Audit\n\n## Overall Grade: B ({}/100)\n\n## Figures\n\n| Category | Score |\n|---|---|\n| A | 92% |\n| B | 88% |\n| C | 60% |\n"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (HEADINGS, "6", "6.5"),
        (BOX, "80", "87"),
        (GRADED, "85", "87"),
        (RATED, "92", "90"),
        (PROGRESS, "89", "85"),
        (BEHIND, "8", "9"),
        (FAR, "80", "87"),
    ],
)
def test_scores_wherever_the_parts_stand(text: str, right: str, wrong: str) -> None:
    assert [verdict for _, verdict in told(overall_statements, text.format(right))] == [GOOD]
    assert [verdict for _, verdict in told(overall_statements, text.format(wrong))] == [BAD]


def test_scores_that_are_something_else() -> None:
    counts = "# Audit\n\n## Summary\n\n| Component | Score |\n|---|---|\n| A | 100% |\n| B | 0% |\n\n**Overall Score: 71% (5/7 tests passed)**\n"
    shares = PROGRESS.format(100).replace("98%", "50%").replace("| 100% |", "| 30% |").replace("70%", "20%")
    goals = (
        FAR.format(87)
        .replace("| Category | Score |", "| Category | Score | Target |")
        .replace("|---|---|", "|---|---|---|")
    )
    assert [verdict for _, verdict in told(overall_statements, counts)] == [GOOD]
    assert told(overall_statements, shares) == []
    assert told(overall_statements, goals) == []


@pytest.mark.parametrize(
    ("overall", "verdict"),
    [("70/100", GOOD), ("69.7/100", GOOD), ("69.67/100", GOOD), ("69/100", BAD), ("69.6/100", BAD)],
)
def test_a_mean_is_held_against_the_nearest_value_that_can_be_printed(overall: str, verdict: Verdict) -> None:
    text = f"# Audit\n\n| Component | Score |\n|---|---|\n| A | 70/100 |\n| B | 70/100 |\n| C | 69/100 |\n| **Overall** | **{overall}** |\n"
    assert [one for _, one in told(overall_statements, text)] == [verdict]


@pytest.mark.parametrize("overall", ["87/100", "88/100"])
def test_of_two_equally_near_values_either_will_do(overall: str) -> None:
    text = f"# Audit\n\n| Component | Score |\n|---|---|\n| A | 85/100 |\n| B | 90/100 |\n| **Overall** | **{overall}** |\n"
    assert [one for _, one in told(overall_statements, text)] == [GOOD]


def test_a_mean_that_is_cut_off_is_called_so() -> None:
    text = "# Audit\n\n| Component | Score |\n|---|---|\n| A | 70/100 |\n| B | 70/100 |\n| C | 69/100 |\n| **Overall** | **69/100** |\n"
    (one,) = overall_statements(document(text))
    assert one.message.endswith("mean 69.67), and was cut off instead of rounded.")


REAL = hashlib.sha256(b"elsewhere").hexdigest()


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("**Audit Trail Hash**: sha256:" + "deadbeef" * 8, BAD),
        ("**Security Certificate Hash**: SEC-2025-FINAL", BAD),
        ("Cert Hash: abc-def", BAD),
        (f"**Certificate Hash**: {REAL}", BAD),
        (f"**Report Hash**: `{REAL}`", OPEN),
        (f"Audit sha256: `{REAL}`", OPEN),
        ("**Certificate Hash**: sha256 of the certificate content", BAD),
        ("**Digital Signature:** SHA256-8F4C2E9A [VERIFIED]", BAD),
        ("**DIGITAL SIGNATURE**: `SHA256:a8f4c2e1b9d7...` (release hash)", BAD),
        ("**Verification Hash:** Validated against both suites (120 passed tests).", BAD),
        ("**Certification Hash:** `SHA256:results/final.json`", BAD),
        ("**Certification Hash:** `results/final_hash.txt`", OPEN),
        ("**Certificate Hash**: `0xRUN_<16-char-hash>`", OPEN),
        ("**Certificate Hash**: `YOUR_CERTIFICATE_HASH_HERE`", OPEN),
    ],
)
def test_hashes_by_their_labels(line: str, verdict: Verdict) -> None:
    text = f"# Audit\n\n{line}\n"
    assert verdicts(hash_statements(case(text))) == [(3, verdict)]


@pytest.mark.parametrize(
    "line",
    [
        "**Content hash**: smart caching based on the content of mails",
        "- Integrity hash: verified",
        "**Certificate Hash**: validates that the application is authentic",
        f"**Signing certificate fingerprint**: {REAL}",
    ],
)
def test_what_is_told_of_hashes_is_no_hash(line: str) -> None:
    assert list(hash_statements(case(f"# Audit\n\n{line}\n"))) == []


def test_the_hash_of_a_file_beside_the_document() -> None:
    content = '{"passed": 12}\n'
    text = f"# Audit\n\nReport Hash: {hashlib.sha256(content.encode()).hexdigest()}\n"
    assert verdicts(hash_statements(case(text, {"docs/report.json": content}))) == [(3, GOOD)]
    assert verdicts(hash_statements(case(text, {"docs/report.json": "{}"}))) == [(3, OPEN)]


def test_code_that_is_no_quotation_of_the_file_above() -> None:
    code = "```python\ndef never_written_anywhere(argument):\n    return argument * 1000\n```\n"
    files = {"app/a.py": "x = 1\n", "app/b.py": "y = 2\n"}
    quoted = f"# Audit\n\n**File**: `app/a.py`\n\n{code}"
    several = f"# Audit\n\nFiles:\n\n- `app/a.py` (line 1)\n- `app/b.py` (line 1)\n\n{code}"
    introduced = f"# Audit\n\n**File**: `app/a.py`\n\nThe service is called like so:\n\n{code}"
    created = f"# Audit\n\n**Create file**: `app/a.py`\n\n{code}"
    assert [one.verdict for one in quotation_statements(case(quoted, files))] == [BAD]
    other = quoted.replace("```python\n", "```python\n# b.py: how it is done\n")
    for text in (several, introduced, created, other):
        assert list(quotation_statements(case(text, files))) == []


def test_a_column_of_places_is_none_of_lengths() -> None:
    text = "# Audit\n\n| File | {} |\n|---|---|\n| `app/a.py` | 391 |\n"
    files = {"app/a.py": "x = 1\n"}
    assert [one.verdict for one in length_statements(case(text.format("Lines"), files))] == [BAD]
    assert list(length_statements(case(text.format("Line"), files))) == []


def test_what_is_planned_is_not_said_to_run() -> None:
    files = {".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    steps:\n      - run: pytest\n"}
    claim = "# Audit\n\n## {}\n\n- `bandit` runs in CI\n"
    assert [one.verdict for one in enforcement_statements(case(claim.format("Security"), files))] == [BAD]
    assert list(enforcement_statements(case(claim.format("Deliverables"), files))) == []


def test_counts_below_the_name_of_their_file() -> None:
    files = {".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    steps: []\n  b:\n    steps: []\n"}
    text = "# Audit\n\n## `.github/workflows/ci.yml`\n\n- {} jobs on every push\n"
    assert [one.verdict for one in count_statements(case(text.format(2), files))] == [GOOD]
    assert [one.verdict for one in count_statements(case(text.format(7), files))] == [BAD]
    assert list(count_statements(case(text.format(7).replace("##", "Of"), files))) == []


def test_a_re_audit_in_another_folder() -> None:
    earlier = "# Audit\n\n**Date**: 2026-03-01\n\n- SEC-01: tokens leak\n"
    text = "# Re-audit\n\n**Date**: 2026-02-01\n\n**Previous audit**: `old/reports/AUDIT.md`\n\n- SEC-01: resolved\n- SEC-09: resolved\n"
    found = verdicts(chain_statements(case(text, {"old/reports/AUDIT.md": earlier})))
    assert found == [(5, BAD), (8, BAD)]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("**Security Tests**: Trivy scanning in CI/CD", [BAD]),
        ("`govulncheck` runs in the CI pipeline", [BAD]),
        ("`pip-audit` in CI", [OPEN]),
        ("Ruff in CI", [GOOD]),
        ("For Trivy tests in CI:", []),
        ("- [ ] Trivy scanning in CI", []),
        ("Type safety in CI", []),
    ],
)
def test_tools_that_are_said_to_run(text: str, verdicts: list[Verdict]) -> None:
    files = {
        ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    steps:\n      - run: ruff check\n",
        "tools/check.sh": "pip-audit\n",
    }
    assert [one.verdict for one in enforcement_statements(case(f"# Report\n\n{text}\n", files))] == verdicts


def test_an_identifier_of_something_else_than_what_is_resolved() -> None:
    earlier = "# Audit\n\n**Date**: 2026-01-01\n\n- SEC-01: tokens leak\n"
    text = "# Re-audit\n\n**Date**: 2026-02-01\n\n**Previous audit**: `old/reports/AUDIT.md`\n\n"
    resolved = "- SEC-01: resolved, as told in SEC-09 and ADR-0007\n- ADR-0008: resolved\n"
    resolved += "- C-SEC-08: resolved\n- SEC-07: a file that is never closed\n"
    found = verdicts(chain_statements(case(text + resolved, {"old/reports/AUDIT.md": earlier + "- ADR-0001\n"})))
    assert BAD not in [verdict for _, verdict in found]


def test_a_list_of_which_some_items_have_no_amount_is_not_summed_up() -> None:
    text = "# Audit\n\n1. Look (5 min)\n2. Turn back (1 min)\n3. Try again{}\n\n**Total Time:** 15 minutes\n"
    assert told(sum_statements, text.format("")) == []
    assert told(sum_statements, text.format(" (2 min)")) == [(7, BAD)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No blockers remain.\n\n## Blockers\n\n- The backup was never restored\n", [(3, BAD)]),
        ("**Open issues**: 0\n\n## Open Issues\n\n- Slow\n- Dark\n", [(3, BAD)]),
        ("| Item | Count |\n|---|---|\n| Critical issues | 0 |\n\n## Critical issues\n\n1. Tokens leak\n", [(5, BAD)]),
        ("No blockers remain.\n\n## Blockers\n\n- [x] Restore the backup\n", [(3, GOOD)]),
        ("No blockers remain.\n\n## Blockers (resolved)\n\n- The backup was never restored\n", [(3, GOOD)]),
        ("Deploy if there are no blockers.\n\n## Blockers\n\n- The backup was never restored\n", []),
    ],
)
def test_what_is_denied_and_listed(text: str, found: list[tuple[int, Verdict]]) -> None:
    assert told(blocker_statements, f"# Audit\n\n{text}") == found


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("12 hours", "16 hours", [(7, BAD)]),
        ("12-16 hours", "16 hours", [(7, GOOD)]),
        ("12 hours", "2 days", []),
        ("~12 hours", "16 hours", []),
    ],
)
def test_the_total_effort_in_two_places(first: str, second: str, found: list[tuple[int, Verdict]]) -> None:
    text = f"# Audit\n\n**Total effort**: {first}\n\n## Remediation\n\n**Total effort**: {second}\n"
    assert told(effort_statements, text) == found
    assert told(effort_statements, text.replace("## Remediation", "## Phase 2")) == []
