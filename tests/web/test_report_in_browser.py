"""The HTML report in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from auditor.model.audit import Audit
from auditor.model.finding import Finding
from auditor.model.outcome import Decision, Outcome, Proof
from auditor.model.rubric import Rubric
from auditor.scoring.components import identity_of, overall, rescored
from auditor.scoring.decide import judge
from auditor.web.data import MOST_FINDINGS
from auditor.web.links import source_links
from auditor.web.report import Earlier, Surroundings, render_report
from tests.certificate import conftest as shop
from tests.scoring.audits import audit as scored_audit
from tests.scoring.test_properties import PROOFS, card, findings, rubrics
from tests.web.conftest import Open, accessibility, overflow

SHOP = source_links("https://github.com/shop/shop")
HISTORY = (
    Earlier(certificate_id="PRA-SHOP-1", scanned_at="2026-11-01T00:00:00Z", decision=Decision.NO_GO, score=41),
    Earlier(certificate_id="PRA-SHOP-2", scanned_at="2026-12-01T00:00:00Z", decision=Decision.NO_GO, score=66),
)


def written(folder: Path, audit: Audit, around: Surroundings | None = None) -> Path:
    path = folder / "report.html"
    path.write_bytes(render_report(audit, around))
    return path


def by_python(audit: Audit, done: set[str]) -> tuple[int, str]:
    """Score and decision with these conditions met, by the scoring itself."""
    grades = audit.rubric.grades
    components = [
        rescored(
            part,
            tuple(
                replace(one, outcome=Outcome.MET, deduction=0) if one.condition in done else one
                for one in part.criteria
            ),
            grades,
        )
        for part in audit.components
    ]
    score = overall(components, grades)
    left = [one for one in audit.conditions if one.id not in done]
    return score.overall, judge(components, score, left, grades, audit.repository).decision.value


def by_page(page: Page, subsets: list[set[str]]) -> list[tuple[int, str]]:
    """What the page shows once exactly the boxes of each subset are ticked."""
    shown = page.evaluate(
        """(subsets) => subsets.map((wanted) => {
            const boxes = [...document.querySelectorAll("input.condition")];
            for (const box of boxes) box.checked = wanted.includes(box.value);
            boxes[0].dispatchEvent(new Event("change", { bubbles: true }));
            return ["whatif-score", "whatif-decision"].map((id) => document.getElementById(id).textContent);
        })""",
        [sorted(done) for done in subsets],
    )
    return [(int(score), decision) for score, decision in shown]


@given(rubrics(), findings(), PROOFS, st.booleans(), st.data())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_what_if_comes_to_what_scoring_comes_to(  # noqa: PLR0913, PLR0917 - one for each part of an audit
    browser: Browser,
    tmp_path: Path,
    rubric: Rubric,
    found: tuple[Finding, ...],
    proof: Proof,
    dirty: bool,
    data: st.DataObject,
) -> None:
    scored = card(rubric, found, proof)
    whole = scored_audit()
    audit = replace(
        whole,
        rubric=identity_of(rubric, "f" * 64),
        repository=replace(whole.repository, dirty=dirty),
        components=scored.components,
        conditions=scored.conditions,
        score=scored.score,
        verdict=scored.verdict,
        decision=scored.verdict.decision,
        findings=scored.findings,
        waivers=(),
    )
    names = [one.id for one in audit.conditions]
    assume(names)
    page = browser.contexts[0].pages[0] if browser.contexts else browser.new_page()
    page.goto(written(tmp_path, audit).as_uri())
    subsets = [set(), set(names), *(set(data.draw(st.lists(st.sampled_from(names)))) for _ in range(4))]
    assert by_page(page, subsets) == [by_python(audit, done) for done in subsets]


def test_ticking_and_the_buttons_move_score_and_decision(open_page: Open, tmp_path: Path) -> None:
    audit = scored_audit()
    page = open_page(written(tmp_path, audit))
    first = audit.conditions[0]
    page.get_by_label(first.title).check()
    assert (int(page.inner_text("#whatif-score")), page.inner_text("#whatif-decision")) == by_python(audit, {first.id})
    assert "with 1 of" in page.inner_text("#whatif-result")
    page.get_by_role("button", name="All").click()
    assert page.inner_text("#whatif-decision") == "GO"
    page.get_by_role("button", name="Shortest way").click()
    assert int(page.inner_text("#whatif-score")) == audit.verdict.score_after
    page.get_by_role("button", name="None").click()
    assert page.inner_text("#whatif-decision") == audit.decision


def messages(page: Page) -> list[str]:
    return page.locator("#list .message").all_inner_texts()


def test_findings_are_filtered_sorted_and_opened(open_page: Open, tmp_path: Path) -> None:
    audit = shop.build()
    named = replace(audit.components[1], title="Application  code")
    audit = replace(audit, components=(audit.components[0], named))
    page = open_page(written(tmp_path, audit, Surroundings(source=SHOP)))
    assert len(messages(page)) == len(audit.findings)
    page.get_by_label("critical", exact=True).uncheck()
    assert len(messages(page)) == sum(one.severity != "critical" for one in audit.findings)
    page.get_by_label("critical", exact=True).check()
    page.get_by_label("Category", exact=True).select_option("missing-secret")
    assert messages(page) == ["PAYMENT_API_KEY is used and declared nowhere"]
    page.get_by_label("Category", exact=True).select_option("")
    page.get_by_label("Component", exact=True).select_option("Application  code")
    assert len(messages(page)) == sum(one.component == "application" for one in audit.findings)
    page.get_by_label("Component", exact=True).select_option("")
    page.get_by_label("Search").fill("health.py TRUE")
    page.locator("#count", has_text="1 finding of").wait_for()
    page.get_by_label("Search").fill("")
    page.locator("#count", has_text=f"{len(audit.findings)} findings of").wait_for()
    page.get_by_label("Order").select_option("path")
    places = [place.partition(":") for place in page.locator("#list .where code").all_inner_texts()]
    lines = [(path, int(line.partition("-")[0])) for path, _, line in places]
    assert lines == sorted(lines) == sorted((one.path, one.start_line) for one in audit.findings)
    page.get_by_text("check_health asks nothing").click()
    assert "return True" in page.inner_text("#list details[open] pre")
    link = page.locator("#list details[open] a")
    assert link.get_attribute("href") == f"https://github.com/shop/shop/blob/{shop.COMMIT}/app/health.py#L4-L7"


HOSTILE = '</script><script>window.pwned=1;alert(1)</script><img src=x onerror="pwned=1">\'"><svg onload=alert(2)> javascript:alert(3) {{7*7}} \u202e\u2028\x1b]8;;'


CLOSED = {"schema", "kind", "condition", "criterion", "component", "scanned_at", "fingerprint", "section"}
"""Fields that name something else in the audit, or hold closed words: with other values nothing would fit together."""


def poisoned(value: Any) -> Any:  # noqa: ANN401 - any part of an audit
    """The same with hostile text in front of every free text."""
    if is_dataclass(value) and not isinstance(value, type):
        changes = {one.name: getattr(value, one.name) for one in fields(value)}
        kept = CLOSED | ({"id", "findings"} if "question" in changes or "acceptance" in changes else set())
        kept |= {"name"} if "criteria" in changes else set()
        return replace(value, **{name: one if name in kept else poisoned(one) for name, one in changes.items()})
    if isinstance(value, tuple):
        return tuple(poisoned(one) for one in value)
    return HOSTILE + value if isinstance(value, str) and not isinstance(value, Enum) else value


@pytest.mark.parametrize("make", [shop.build, scored_audit])
def test_nothing_of_a_hostile_repository_runs(make: Callable[[], Audit], open_page: Open, tmp_path: Path) -> None:
    audit = poisoned(make())
    links = source_links("https://github.com/shop/shop")
    page = open_page(written(tmp_path, audit, Surroundings(source=links, history=poisoned(HISTORY))))
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.locator("#list .more-of").first.wait_for()
    page.get_by_role("button", name="All").click()
    assert "<script>window.pwned=1" in page.inner_text("#list .more-of pre >> nth=0")
    assert page.evaluate("[typeof window.pwned, document.scripts.length]") == ["undefined", 2]
    assert page.locator("img, svg[onload], [onerror], [onload], base, iframe, object, form[action]").count() == 0
    addresses = page.eval_on_selector_all("a", "(links) => links.map((one) => one.protocol)")
    assert set(addresses) <= {"file:", "https:"}
    assert "<script>window.pwned=1" in page.inner_text("h1")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_it_is_accessible_and_fits(width: int, scheme: str, open_page: Open, tmp_path: Path) -> None:
    long = "a_name_without_any_place_to_break_it_" * 8
    audit = replace(shop.build(), certificate_id=long, repository=replace(shop.build().repository, name=long))
    page = open_page(written(tmp_path, audit, Surroundings(history=HISTORY)), width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert accessibility(page) == []
    assert overflow(page) == 0


def test_keys_reach_the_content_and_open_findings(open_page: Open, tmp_path: Path) -> None:
    page = open_page(written(tmp_path, shop.build()))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("#list summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("#list details[open] .more-of").wait_for()


def test_on_paper_controls_are_gone_and_components_are_open(open_page: Open, tmp_path: Path) -> None:
    page = open_page(written(tmp_path, shop.build()))
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator("nav").is_visible()
    assert not page.locator("#filters").is_visible()
    assert page.locator(".components details[open]").count() == len(shop.build().components)
    assert page.locator(".accept[open]").count() == len(shop.CONDITIONS)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".components details[open]").count() == 0


def test_a_hundred_thousand_findings_stay_usable_and_what_is_left_out_is_said(open_page: Open, tmp_path: Path) -> None:
    some = shop.FINDINGS
    many = tuple(
        replace(some[number % len(some)], fingerprint=f"{number:032x}", start_line=number + 1, end_line=number + 1)
        for number in range(100_000)
    )
    path = written(tmp_path, replace(shop.build(), findings=many))
    assert path.stat().st_size < 6_000_000
    page = open_page(path)
    left_out = 100_000 - MOST_FINDINGS
    assert f"{left_out:,} are left out" in page.inner_text("#findings .notice")
    assert page.inner_text("#count") == "5,000 findings of 5,000, the first 50 shown"
    page.get_by_role("button", name="Show more").click()
    assert len(messages(page)) == 100
    page.get_by_label("Search").fill("no such words")
    page.locator("#count", has_text="0 findings").wait_for()
