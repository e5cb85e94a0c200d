"""Hostile text stays one inert piece of Markdown, whatever it holds."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from auditor.model.escape import block, code, prose, terminal, visible

NASTY = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "`",
                "``",
                "```",
                "|",
                "\\",
                "\n",
                "\r",
                "\t",
                "\u202e",
                "\u200b",
                "\x1b[2J",
                "\x1b]8;;http://x\x07",
                "<b>",
                "<!--",
                "-->",
                "# ",
                "- ",
                "1. ",
                "1)",
                "+",
                "===",
                "---",
                "***",
                "[a](b)",
                "![",
                "http://a.b",
                "www.a.b",
                "me@example.org",
                "&amp;",
                "    ",
                " ",
                "~~~",
                "$x$",
                "@team",
                "#12",
                "_a_",
                "*a*",
                ":",
                "deadbeef12",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=12,
).map("".join)
ACTIVE = {"html_inline", "link_open", "image", "em_open", "strong_open", "s_open", "softbreak", "hardbreak"}


def parse(text: str) -> list[Token]:
    return MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)


def inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or ()]


@given(NASTY)
def test_a_code_span_is_one_inert_span(text: str) -> None:
    tokens = parse(f"a {code(text)} b")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = inline(tokens)
    if text:
        assert [one.type for one in children] == ["text", "code_inline", "text"]
        assert children[1].content == visible(text)


@given(NASTY)
def test_a_line_of_a_code_span_alone_is_a_paragraph(text: str) -> None:
    assert [token.type for token in parse(code(text))] == ["paragraph_open", "inline", "paragraph_close"]


@given(NASTY, NASTY)
def test_cells_stay_cells(first: str, second: str) -> None:
    table = f"| a | b |\n|---|---|\n| {code(first, table=True)} | {prose(second)} |\n"
    tokens = parse(table)
    assert sum(token.type == "td_open" for token in tokens) == 2
    assert sum(token.type == "tr_open" for token in tokens) == 2
    assert not ACTIVE & {one.type for one in inline(tokens)}


@given(NASTY, st.booleans())
def test_words_are_one_paragraph_of_words_and_code(text: str, table: bool) -> None:
    tokens = parse(prose(text, table=table))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {one.type for one in inline(tokens)} <= {"text", "code_inline"}


@given(NASTY)
def test_words_link_to_nothing(text: str) -> None:
    for child in inline(parse(prose(text))):
        if child.type == "text":
            assert not any(mark in child.content for mark in ("://", "www.", "@", "#", "<", "&", "$"))


@given(NASTY)
def test_a_list_item_of_words_is_one_item(text: str) -> None:
    types = [token.type for token in parse(f"- [ ] {prose(text)}\n- {prose(text)}\n")]
    assert types.count("list_item_open") == 2
    assert not {"heading_open", "hr", "fence", "code_block", "html_block", "table_open"} & set(types)


@given(NASTY, st.integers(1, 10_000))
def test_a_block_is_one_fence(text: str, line: int) -> None:
    tokens = parse(f"before\n\n{block(text, line)}\n\nafter\n")
    assert [token.type for token in tokens if token.type not in ("paragraph_open", "paragraph_close")] == [
        "inline",
        "fence",
        "inline",
    ]
    assert tokens[3].content.count("\n") == text.count("\n") + 1


@given(st.one_of(NASTY, st.text()))
def test_a_terminal_sees_no_control_character(text: str) -> None:
    shown = terminal(text)
    assert shown.count("\n") == text.count("\n")
    assert not {unicodedata.category(one) for one in shown.replace("\n", "")} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the check returns True, always", "the check returns True, always"),
        ("a `b|c` d", "a `b¦c` d"),
        ("calls app.pay.charge twice", "calls app.pay.charge twice"),
        ("uses PAYMENT_KEY", "uses `PAYMENT_KEY`"),
        ("<script>alert(1)</script>", "`<script>alert(1)</script>`"),
        ("# Decision: GO", "`#` Decision: GO"),
        ("- [x] done", "`-` `[x]` done"),
        ("1. first", "`1`. first"),
        ("gives `p95_ms`.", "gives `p95_ms`."),
        ("gives (a_b), 'c_d'.", "gives (`a_b`), '`c_d`'."),
        ("20 + 2 for 2 more findings = 22", "20 + 2 for 2 more findings = 22"),
        ("one ` backtick", "one ' backtick"),
        ("see https://evil.example/x", "see `https://evil.example/x`"),
        ("ab\u202ecd", "ab⟨U+202E⟩cd"),
        ("two\nlines", "two⟨U+000A⟩lines"),
        ("\u26a0\ufe0f careful", "\u26a0\ufe0f careful"),
        ("a\ufe0fb", "a⟨U+FE0F⟩b"),
        ("", "(empty)"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_a_block_numbers_its_lines() -> None:
    assert block('echo "done"\n```\n# kubectl', 9) == '````text\n 9  echo "done"\n10  ```\n11  # kubectl\n````'
