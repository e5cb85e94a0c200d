"""What a certificate says, and that no text of the audited repository can say it in our name."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import TemplateError, UndefinedError, nodes
from markdown_it import MarkdownIt

from auditor.certificate.envelope import BEGIN, END
from auditor.certificate.render import environment, kinds, render_body
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.outcome import Decision, Outcome, PathStep
from auditor.resources import resource_names, resource_text
from tests.certificate.conftest import FINDINGS, VERDICT, build, delivery

KINDS = ("final-review", "implementation-review", "operational-readiness", "production-readiness-audit")
HOSTILE = [
    "# Decision: GO", "\n\n# Decision: GO\n", f"\n{BEGIN}\n", f"\n{END}\n", "| a | b |", "```\n```", "<script>alert(1)</script>",
    "\x1b]0;owned\x07", "\u202eOG", "- [x] done", "[GO](http://evil.example)", "![x](http://evil.example/x.png)",
    "{{ 7 * 7 }}", "{% raw %}", "---\ntitle: GO\n---", "&lt;b&gt;", "\\`", "`", "a``b", "@everyone", "1. one", "\r\n",
    "    code", "~~~", "$$x$$", "http://evil.example", "<!--", "-->",
]  # fmt: skip
TEMPLATES = [name.removeprefix("templates/") for name in resource_names("templates", ".j2")]


def kind_of(audit: Audit, kind: str) -> Audit:
    return replace(audit, rubric=replace(audit.rubric, kind=kind))


def poisoned(value: Any, text: str) -> Any:  # noqa: ANN401 - walks values of every type
    """The same audit with a hostile text behind every text in it."""
    if isinstance(value, Enum) or value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value + text
    if isinstance(value, tuple):
        return tuple(poisoned(one, text) for one in value)
    assert is_dataclass(value)
    kept = {
        "fingerprint",
        "findings",
        "section",
        "sections",
        "condition",
        "criterion",
        "component",
        "name",
        "kind",
        "impacts",
    }
    changed = {
        one.name: poisoned(getattr(value, one.name), text)
        for one in fields(value)
        if one.name not in kept or (one.name == "findings" and isinstance(value, Audit))
    }
    return replace(value, **changed)  # type: ignore[type-var] # a dataclass, as asserted


def shape(text: str) -> list[tuple[str, str]]:
    """The blocks of a document, without their words; fences count as one block of any length."""
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)
    return [(token.type, token.tag) for token in tokens]


def active(text: str) -> set[str]:
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)
    inline = {child.type for token in tokens for child in token.children or ()}
    return inline - {"text", "code_inline", "strong_open", "strong_close", "em_open", "em_close", "softbreak"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_rendered_alike_each_time(kind: str) -> None:
    text = render_body(kind_of(build(), kind))
    assert text == render_body(kind_of(build(), kind))
    assert text.startswith("# ")
    assert text.index("**Decision: NO-GO**") < 200
    assert text.endswith("\n")
    assert "\n\n\n" not in text
    assert not active(text)


def test_the_kinds_are_those_with_a_template() -> None:
    assert kinds() == KINDS
    with pytest.raises(UserError, match="no certificate template"):
        render_body(kind_of(build(), "praise"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_changes_no_block(kind: str, text: str) -> None:
    clean = kind_of(build(), kind)
    rendered = render_body(kind_of(poisoned(clean, text), kind))
    assert shape(rendered) == shape(render_body(clean))
    assert not active(rendered)
    assert not any(line in (BEGIN, END) for line in rendered.split("\n"))
    assert rendered.count("**Decision: ") == 1
    assert not set(rendered) & {"\x1b", "\u202e", "\r", "\x07"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=20))
def test_any_text_changes_no_block(text: str) -> None:
    clean = build()
    assert shape(render_body(poisoned(clean, text))) == shape(render_body(clean))


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_cannot_step_around_the_escaping(name: str) -> None:
    tree = environment().parse(resource_text(f"templates/{name}"))
    assert not list(tree.find_all((nodes.Concat, nodes.Add, nodes.Mod, nodes.ScopedEvalContextModifier)))
    assert {one.name for one in tree.find_all(nodes.Filter)} <= set(environment().filters)
    assert not {"safe", "join", "replace", "escape", "e", "format"} & set(environment().filters)


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ decison }}").render(decision="GO")
    with pytest.raises(TemplateError):
        environment().from_string("{{ decision|safe }}").render(decision="GO")


def test_what_a_template_prints_is_made_inert() -> None:
    shown = environment().from_string("{{ one }} {{ [one][0] }} {{ two }}").render(one="<b>", two=3)
    assert shown == "`<b>` `<b>` 3"


def test_the_head_says_what_a_release_manager_asks(audit: Audit) -> None:
    lines = render_body(audit).split("\n")
    assert lines[2] == (
        "**Decision: NO-GO** · score 66/100 (D) with 1 waiver, 64/100 as found · 5 conditions, 9 h of work"
        " · 4 conditions (7 h 30 min) lead to GO, 91/100"
    )
    head = "\n".join(lines[:24])
    assert "**blocker**, **critical** · Delivery · DEL-1 (-21 points)" in head
    assert "P0: 1 (4 h) · P1: 3 (3 h 30 min) · P2: 1 (1 h 30 min) · P3: 0" in head
    assert "C1 → 76, C3 → 84, C2 → 88, C4 → 91; 7 h 30 min of work." in head


def test_the_effort_of_conditions_adds_up(audit: Audit) -> None:
    rows = [line for line in render_body(audit).split("\n") if line.startswith("| **")]
    assert [re.findall(r"\*\*(.*?)\*\*", row)[-1] for row in rows] == ["4 h", "3 h 30 min", "1 h 30 min", "9 h"]


def test_the_sum_of_a_component_can_be_redone(audit: Audit) -> None:
    text = render_body(audit)
    assert "100 - 21 (DEL-1) - 10 (DEL-2) - 3 (DEL-4) = 66, held down by an unmet blocker to 59: not ready." in text
    assert "100 - 10 (APP-1) - 10 (APP-2) = 80: ready with conditions." in text


def test_a_waived_criterion_stays_in_sight(audit: Audit) -> None:
    text = render_body(audit)
    assert "#### APP-3 · medium · -0 (-5 without waivers)" in text
    assert "· waived by W1" in text
    assert "Not met: 1 critical, 3 high, 0 medium, 0 low." in text


def test_nothing_of_a_long_list_is_dropped_in_silence(audit: Audit) -> None:
    many = tuple(
        replace(FINDINGS[0], start_line=line, end_line=line, fingerprint=f"{line:032}", excerpt="x")
        for line in range(1, 101)
    )
    part = delivery()
    first = replace(part.criteria[0], findings=tuple(one.fingerprint for one in many))
    text = render_body(replace(audit, findings=many, components=(replace(part, criteria=(first,)),)))
    assert text.count("```text") == 10
    assert (
        "**Also**, 90 more findings (all with their excerpts in the JSON): `.github/workflows/deploy.yml:11`, " in text
    )
    assert "`.github/workflows/deploy.yml:60` and 40 that only the JSON lists" in text


def test_an_audit_without_a_fault_says_go_and_no_more() -> None:
    part = delivery()
    met = tuple(one for one in part.criteria if one.outcome is Outcome.MET)
    clean = build(
        decision=Decision.GO,
        verdict=replace(VERDICT, decision=Decision.GO, why_not_better=(), path_to_go=(), why_not_worse=("score 100",)),
        components=(replace(part, criteria=met, score=100, capped=False),),
        conditions=(), waivers=(), findings=(), secrets=(), evidence_files=(),
    )  # fmt: skip
    text = render_body(clean, signed=True)
    assert "**Decision: GO** · score 66/100 (D) · no open conditions" in text
    assert "**GO holds** until 2026-12-31, for this commit and no other." in text
    assert "UNSIGNED" not in text


@pytest.mark.parametrize(
    ("signed", "words"), [(True, "signed, see *Signature*"), (False, "**UNSIGNED: nobody vouches")]
)
def test_the_head_tells_whether_it_is_signed(audit: Audit, signed: bool, words: str) -> None:
    assert words in render_body(audit, signed=signed)


def test_a_long_way_is_shortened_in_the_head_and_told_in_full_below(audit: Audit) -> None:
    steps = tuple(PathStep(condition=f"C{number}", score=60 + number) for number in range(1, 31))
    text = render_body(replace(audit, verdict=replace(VERDICT, path_to_go=steps, score_after=90)))
    first, second = [line for line in text.split("\n") if line.startswith("**The shortest way")]
    assert "C8 → 68, 21 more, C30 → 90" in first
    assert all(f"C{number} → {60 + number}" in second for number in range(1, 31))


def test_a_dirty_work_tree_is_named_in_the_head(audit: Audit) -> None:
    paths = tuple(f"file{number}.py" for number in range(5))
    text = render_body(replace(audit, repository=replace(audit.repository, dirty=True, dirty_paths=paths)))
    assert "**work tree differs from the commit**" in text
    assert "- **Differs from the commit** `file0.py`, `file1.py`, `file2.py` and more, in the JSON\n" in text
