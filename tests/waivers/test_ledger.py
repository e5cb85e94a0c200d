"""What becomes of waivers: who may silence what, until when, and what is said of those that do not count."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from auditor.model.rubric import Rubric
from auditor.model.waiver import Standing, Waiver
from tests.waivers.ledgers import TODAY, default_rubric, ledger_of

DEPLOY = ".github/workflows/deploy.yml"
PRETENDS = (
    "name: deploy\non: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
    "      - name: Deploy to production\n        run: echo 'Deployed'\n"
)
TODO = "def pay() -> int:\n    # TODO: charge the card\n    return 1\n"
FILES = {DEPLOY: PRETENDS, "app/pay.py": TODO, "README.md": "# Shop\n"}
OWNED = {".github/CODEOWNERS": "/.auditor/ @lead @org/security\n"}


def entry(**values: str) -> str:
    given = {"reason": "known", "approver": "@lead", "expires": "2027-01-31"} | values
    return "  - {" + ", ".join(f'{key}: "{value}"' for key, value in given.items()) + "}\n"


def settled(*entries: str, files: dict[str, str] | None = None, **options: object) -> tuple[Waiver, ...]:
    tree = FILES | OWNED | (files or {}) | {".auditor/waivers.yaml": "waivers:\n" + "".join(entries)}
    return ledger_of(tree, **options).waivers  # type: ignore[arg-type]  # names are checked by the function


def changed_rubric(identifier: str = "", *, policy: dict[str, object] | None = None, **changes: object) -> Rubric:
    content = default_rubric().model_dump(mode="json")
    content["criteria"] = [one | changes if one["id"] == identifier else one for one in content["criteria"]]
    content["policy"]["waivers"] |= policy or {}
    return Rubric.model_validate_json(json.dumps(content))


def test_a_waiver_covers_what_it_names_and_its_findings_name_it() -> None:
    ledger = ledger_of(FILES | OWNED | {".auditor/waivers.yaml": "waivers:\n" + entry(rule="AUD101", path="app/**")})
    (one,) = ledger.in_force
    named = [finding for finding in ledger.named(ledger.findings) if finding.waived_by == one.id]
    assert [finding.rule for finding in named] == ["AUD101"]
    assert one.findings == tuple(finding.fingerprint for finding in named)


def test_a_blocker_accepts_no_waiver_whoever_approves_it() -> None:
    (one,) = settled(entry(criterion="DEL-1", path=".github/**", approver="@lead"))
    assert (one.standing, one.findings, one.note) == (Standing.REFUSED, (), "DEL-1 accepts no waivers (a blocker)")
    assert one.refused


def test_a_comment_does_not_silence_a_blocker_either() -> None:
    commented = PRETENDS.replace(
        "'Deployed'", "'Deployed' # auditor: ignore[AUD110] until=2027-01-31 reason=\"x y\" by=@lead"
    )
    (one,) = settled(files={DEPLOY: commented, ".github/CODEOWNERS": "* @lead\n"})
    assert (one.standing, one.note) == (Standing.REFUSED, "DEL-1 accepts no waivers (a blocker)")


def test_a_rubric_may_open_a_blocker_and_close_another_criterion() -> None:
    opened = settled(entry(criterion="DEL-1", path=".github/**"), rubric=changed_rubric("DEL-1", waivable=True))
    closed = settled(entry(rule="AUD101", path="app/**"), rubric=changed_rubric("LOW-1", waivable=False))
    assert [one.standing for one in (*opened, *closed)] == [Standing.IN_FORCE, Standing.REFUSED]
    assert closed[0].note == "LOW-1 accepts no waivers"


@pytest.mark.parametrize(
    ("approver", "standing"),
    [
        ("@lead", Standing.IN_FORCE),
        ("@LEAD", Standing.IN_FORCE),
        ("@org/security", Standing.IN_FORCE),
        ("@mallory", Standing.REFUSED),
        ("lead", Standing.REFUSED),
        ("@lеad", Standing.REFUSED),  # noqa: RUF001 - a Cyrillic letter
        ("@ｌead", Standing.REFUSED),  # noqa: RUF001 - a wide letter
    ],
)
def test_what_is_grave_needs_an_owner_of_the_waiver_file(approver: str, standing: Standing) -> None:
    (one,) = settled(entry(criterion="DR-2", component="delivery", approver=approver))
    assert one.standing is standing, one.note
    assert (one.requirements == ("DR-2 of delivery",)) == (standing is Standing.IN_FORCE)


def test_a_look_alike_is_told_by_its_code_point() -> None:
    (one,) = settled(entry(criterion="DR-2", component="delivery", approver="@lеad"))  # noqa: RUF001 - a Cyrillic letter
    assert "(its letters are U+0435) is none of @lead, @org/security" in one.note


def test_without_owners_nobody_approves_what_is_grave_and_anybody_the_rest() -> None:
    grave, mild = settled(
        entry(criterion="DR-2", component="delivery"),
        entry(rule="AUD101", path="app/**", approver="somebody"),
        files={".github/CODEOWNERS": "# nobody\n"},
    )
    assert "CODEOWNERS names nobody" in grave.note
    assert (grave.standing, mild.standing) == (Standing.REFUSED, Standing.IN_FORCE)


def test_a_rubric_says_from_which_severity_owners_are_needed() -> None:
    strict = changed_rubric(policy={"owner_from": "low"})
    (one,) = settled(entry(rule="AUD101", path="app/**", approver="@mallory"), rubric=strict)
    assert one.standing is Standing.REFUSED


@pytest.mark.parametrize(
    ("owners", "by", "standing"),
    [
        ("* @lead\n", "", Standing.IN_FORCE),
        ("* @lead\n", "by=@lead", Standing.IN_FORCE),
        ("* @lead\n", "by=@mallory", Standing.REFUSED),
        ("* @dev\n/.auditor/ @lead\n", "", Standing.REFUSED),
        ("* @dev\n/.auditor/ @lead\n", "by=@lead", Standing.REFUSED),  # nobody asks the lead about this file
        ("* @dev @lead\n/.auditor/ @lead\n", "", Standing.IN_FORCE),
        ("", "", Standing.REFUSED),
    ],
)
def test_a_comment_needs_somebody_who_owns_its_file_and_the_waiver_file(
    owners: str, by: str, standing: Standing
) -> None:
    strict = changed_rubric(policy={"owner_from": "low"})
    comment = f'    # auditor: ignore[AUD101] until=2027-01-31 reason="later" {by}\n'
    text = TODO.replace("    # TODO", f"{comment}    # TODO")
    tree = {"app/pay.py": text, ".github/CODEOWNERS": owners, "a.md": "# A\n"}
    (one,) = ledger_of(tree, rubric=strict).waivers
    assert one.standing is standing, one.note


@pytest.mark.parametrize("path", ["**", "*", "**/*", "/**", "*/**", "*.*", "?*", "{a,*}", "**/**/*", "{,x}**"])
def test_a_path_that_hides_everything_is_refused(path: str) -> None:
    (one,) = settled(entry(rule="AUD101", path=path))
    assert (one.standing, one.note) == (Standing.REFUSED, f"the path {path} would hide everything")


def test_a_path_that_happens_to_match_every_file_is_refused() -> None:
    (one,) = settled(entry(rule="AUD101", path="{app/,README,.github/,.auditor/}**"))
    assert one.standing is Standing.REFUSED


@pytest.mark.parametrize(
    ("path", "covers"),
    [
        ("app/pay.py", True),
        ("/app/pay.py", True),
        ("APP/*.py", True),
        ("pay.py", True),
        ("app/", True),
        ("{app,lib}/**", True),
        ("**/pay.py", True),
        ("app/p?y.py", True),
        ("ap/**", False),
        ("app/*/pay.py", False),
        ("pay", False),
    ],
)
def test_a_path_is_a_glob(path: str, covers: bool) -> None:
    (one,) = settled(entry(rule="AUD101", path=path))
    assert (one.standing is Standing.IN_FORCE) == covers, one.note


def test_an_expired_waiver_is_absent_and_loud() -> None:
    tree = FILES | {".auditor/waivers.yaml": "waivers:\n" + entry(rule="AUD101", path="app/**", expires="2026-11-26")}
    ledger = ledger_of(tree)
    assert [one.standing for one in ledger.waivers] == [Standing.EXPIRED]
    assert [one.rule for one in ledger.findings if one.rule.startswith("AUD90")] == ["AUD903"]
    assert not ledger.waived


@pytest.mark.parametrize(
    ("expires", "standing", "soon"),
    [
        ("2026-11-26", Standing.EXPIRED, False),
        ("2026-11-27", Standing.IN_FORCE, True),
        ("2026-12-11", Standing.IN_FORCE, True),
        ("2026-12-12", Standing.IN_FORCE, False),
        ("2027-11-28", Standing.IN_FORCE, False),
        ("2027-11-29", Standing.REFUSED, False),
        ("9999-12-31", Standing.REFUSED, False),
    ],
)
def test_the_day_of_the_audit_decides(expires: str, standing: Standing, soon: bool) -> None:
    (one,) = settled(entry(rule="AUD101", path="app/**", expires=expires))
    assert (one.standing, one.expires_soon) == (standing, soon), one.note


def test_what_matches_nothing_is_stale_and_a_finding() -> None:
    tree = FILES | {".auditor/waivers.yaml": "waivers:\n" + entry(rule="AUD203", path="app/**")}
    ledger = ledger_of(tree)
    assert [one.standing for one in ledger.waivers] == [Standing.STALE]
    assert [one.path for one in ledger.findings if one.rule == "AUD904"] == [".auditor/waivers.yaml"]


@pytest.mark.parametrize(
    ("rule", "note"),
    [
        ("AUD999", "no rule is called AUD999, and no finding is of it: did you mean AUD"),
        ("todo-markers", "no rule is called todo-markers, and no finding is of it: did you mean todo-marker"),
        ("LOW-1", "no rule is called LOW-1, and no finding is of it"),
    ],
)
def test_a_rule_that_is_not_there_is_stale_and_the_nearest_is_named(rule: str, note: str) -> None:
    (one,) = settled(entry(rule=rule, path="app/**"))
    assert one.standing is Standing.STALE
    assert one.note.startswith(note)


@pytest.mark.parametrize(
    ("what", "note"),
    [
        ({"rule": "AUD117", "path": "app/**"}, "AUD117 did not run"),
        ({"criterion": "LIB-1", "path": "app/**"}, "rubric production-readiness has no criterion LIB-1"),
    ],
)
def test_what_nobody_asked_is_left_aside(what: dict[str, str], note: str) -> None:
    from auditor.rules.base import Lifecycle  # noqa: PLC0415 - for the guard below
    from auditor.rules.registry import rules  # noqa: PLC0415 - as above

    preview = next(one.id for one in rules() if one.lifecycle is Lifecycle.PREVIEW)
    (one,) = settled(entry(**{key: value.replace("AUD117", preview) for key, value in what.items()}))
    assert (one.standing, one.note) == (Standing.ASIDE, note.replace("AUD117", preview))


def test_a_component_that_was_not_scored_makes_no_waiver_stale() -> None:
    (one,) = settled(entry(rule="AUD101", path="app/**"), chosen=frozenset({"delivery"}))
    assert (one.standing, one.findings) == (Standing.ASIDE, ())


def test_the_first_of_two_covers_and_the_other_is_left_aside() -> None:
    first, second = settled(entry(rule="AUD101", path="app/**"), entry(rule="AUD101", path="app/pay.py"))
    assert [one.standing for one in (first, second)] == [Standing.IN_FORCE, Standing.ASIDE]


def test_a_fingerprint_is_one_finding_of_its_rule() -> None:
    (found,) = (one for one in ledger_of(FILES).findings if one.rule == "AUD101")
    right, wrong = settled(
        entry(rule="AUD101", fingerprint=found.fingerprint), entry(rule="AUD102", fingerprint=found.fingerprint)
    )
    assert (right.findings, right.standing) == ((found.fingerprint,), Standing.IN_FORCE)
    assert wrong.standing is Standing.STALE


def test_a_waiver_that_counts_in_part_says_for_what_it_does_not() -> None:
    calls = PRETENDS.replace("echo 'Deployed'", "sh scripts/deploy.sh")
    files = {DEPLOY: calls, "scripts/deploy.sh": "#!/bin/sh\n# TODO: wait for the server\nkubectl apply -f app.yaml\n"}
    rubric = changed_rubric("LOW-1", waivable=False)
    (one,) = settled(entry(rule="todo-marker", path="{app,scripts}/**"), files=files, rubric=rubric)
    assert one.standing is Standing.IN_FORCE, one.note
    assert len(one.findings) == len(one.refused) == 1
    assert one.note == "not for 1 of what it names: LOW-1 accepts no waivers"


def test_findings_about_waivers_are_beyond_waivers() -> None:
    waivers = settled(
        entry(rule="AUD101", path="app/**", expires="2026-01-31"),
        entry(rule="AUD903", path=".auditor/**"),
        entry(rule="AUD904", path=".auditor/**"),
    )
    assert [one.standing for one in waivers] == [Standing.EXPIRED, Standing.STALE, Standing.STALE]


def test_a_malformed_comment_is_beyond_waivers() -> None:
    tree = FILES | OWNED | {"app/note.py": "# auditor: ignore[AUD101]\nprint(1)\n"}
    ledger = ledger_of(tree | {".auditor/waivers.yaml": "waivers:\n" + entry(rule="AUD905", path="app/**")})
    [waiver] = ledger.waivers
    assert waiver.standing is Standing.REFUSED
    assert "no waiver covers what is wrong with waivers" in waiver.note


def test_without_application_nothing_counts_and_all_is_shown() -> None:
    tree = FILES | OWNED | {".auditor/waivers.yaml": "waivers:\n" + entry(rule="AUD101", path="app/**")}
    ledger = ledger_of(tree, apply=False)
    assert [one.standing for one in ledger.void] == [Standing.IGNORED]
    assert not ledger.in_force
    assert not ledger.waived
    assert ledger.void[0].note == "waivers are not applied; it would cover 1"


def test_a_credential_in_a_reason_is_masked() -> None:
    (one,) = settled(entry(rule="AUD101", path="app/**", reason="password=hunter2hunter2x9Z see AKIAIOSFODNN7EXAMPLQ"))
    assert "AKIAIOSFODNN7EXAMPLQ" not in one.reason


def test_what_counts_ends_the_certificate_with_the_first_of_them() -> None:
    tree = FILES | {
        ".auditor/waivers.yaml": "waivers:\n"
        + entry(rule="AUD101", path="app/**", expires="2026-12-01")
        + entry(rule="AUD203", path="app/**", expires="2026-11-28")
    }
    assert ledger_of(tree).ends == (date(2026, 12, 1),)
    assert TODAY + timedelta(days=4) == date(2026, 12, 1)
