"""Waivers in comments: every language, nothing that only looks like one, and every mistake with its word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.inline_waivers import PARSER, InlineWaivers
from auditor.facts.source import Source
from auditor.model.inline_waiver import InlineWaiver
from auditor.repo.inventory import memory_inventory

GOOD = 'auditor: ignore[AUD203] until=2027-01-31 reason="known" by=@lead'


def waivers(path: str, text: str) -> tuple[InlineWaiver, ...]:
    inventory, reader = memory_inventory({path: text})
    (file,) = inventory.files
    found = PARSER.parse(Source(file, reader.read(path))) if PARSER.accepts(file) else None
    assert found is None or isinstance(found, InlineWaivers)
    return found.items if found else ()


@pytest.mark.parametrize(
    ("path", "text", "line", "target"),
    [
        ("a.py", f"a = 1  # {GOOD}\n", 1, 1),
        ("a.py", f"# {GOOD}\n# why\n\na = 1\n", 1, 4),
        ("a.py", f"a = 1  # noqa: S101  # {GOOD}\n", 1, 1),
        ("a.sh", f"set -e\n# {GOOD}\ncurl x || true\n", 2, 3),
        ("a.yml", f"on: push  # {GOOD}\n", 1, 1),
        ("a.yml", f"steps:\n  - run: |\n      # {GOOD}\n      true\n", 3, 4),
        ("a.go", f"package a\n\n// {GOOD}\nvar A = 1\n", 3, 4),
        ("a.js", f"/* {GOOD} */\nlet a = 1\n", 1, 2),
        ("a.ts", f"const a = 1 // {GOOD}\n", 1, 1),
        ("a.tsx", f"const a = 1 // {GOOD}\n", 1, 1),
        ("A.java", f"/*\n * {GOOD}\n */\nclass A {{}}\n", 2, 4),
        ("a.rs", f"// {GOOD}\nfn a() {{}}\n", 1, 2),
        ("a.sql", f"-- {GOOD}\nselect 1;\n", 1, 2),
        ("a.tf", f'# {GOOD}\nresource "a" "b" {{}}\n', 1, 2),
        ("a.c", f"int a; // {GOOD}\n", 1, 1),
        ("a.cpp", f"int a; // {GOOD}\n", 1, 1),
        ("Dockerfile", f"# {GOOD}\nFROM scratch\n", 1, 2),
        ("Makefile", f"# {GOOD}\nall:\n\ttrue\n", 1, 2),
        ("a.toml", f"a = 1 # {GOOD}\n", 1, 1),
        ("a.ini", f"[a]\n; {GOOD}\nb = 1\n", 2, 3),
        (".env", f"# {GOOD}\nA=1\n", 1, 2),
        ("a.md", f"<!-- {GOOD} -->\n\nRun `x.sh`.\n", 1, 3),
        ("a.md", f"Run `x.sh`. <!-- {GOOD} -->\n", 1, 1),
        ("a.xml", f"<a>\n<!-- {GOOD} -->\n<b/>\n</a>\n", 2, 3),
    ],
)
def test_it_is_read_in_every_language(path: str, text: str, line: int, target: int) -> None:
    wanted = InlineWaiver(line, target, ("AUD203",), "2027-01-31", "known", "@lead")
    assert waivers(path, text) == (wanted,)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", f'"""\n# {GOOD}\n"""\n'),
        ("a.py", f'a = "# {GOOD}"\n'),
        ("a.py", f'# say "# {GOOD}"\na = 1\n'),
        ("a.sh", f"echo '# {GOOD}'\n"),
        ("a.md", f"```sh\n# {GOOD}\n<!-- {GOOD} -->\n```\n"),
        ("a.md", f"Write `{GOOD}`.\n"),
        ("a.md", f"Write `<!-- {GOOD} -->` there.\n"),
        ("a.json", f'{{"a": "# {GOOD}"}}\n'),
        ("a.py", "# auditor ignores this\na = 1\n"),
    ],
)
def test_what_is_no_comment_is_none(path: str, text: str) -> None:
    assert waivers(path, text) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("auditor: ignore", "names no rule"),
        ("auditor: ignore all", "names no rule"),
        ('auditor: ignore[] until=2027-01-31 reason="x"', "names no rule between"),
        ('auditor: ignore[*] until=2027-01-31 reason="x"', "'*' is no id"),
        (
            f"auditor: ignore[{', '.join(f'AUD{n}' for n in range(100, 130))}] until=2027-01-31 reason='x'",
            "more than 20",
        ),
        ('auditor: ignore[AUD203] reason="x"', "no end"),
        ('auditor: ignore[AUD203] until=soon reason="x"', "'soon' is no day"),
        ('auditor: ignore[AUD203] until=2027-02-30 reason="x"', "is no day"),
        ("auditor: ignore[AUD203] until=２０２７-01-31 reason='x'", "is no day"),  # noqa: RUF001 - wide digits are none
        ("auditor: ignore[AUD203] until=2027-01-31", "no reason"),
        ('auditor: ignore[AUD203] until=2027-01-31 reason="..."', "no reason"),
        ("auditor: ignore[AUD203] until=2027-01-31 reason=two words", "put a reason into quotes"),
        ('auditor: ignore[AUD203] until=2027-01-31 reason="x" until=2028-01-31', "stands there twice"),
        ('auditor: ignore[AUD203] until=2027-01-31 reason="x" approver=me', "no key 'approver'"),
        (f'auditor: ignore[AUD203] until=2027-01-31 reason="{"x" * 600}"', "more than 500"),
        ('auditor: ignore[AUD203] until=2027-01-31 reason="x" by=@le\u200bad', "cannot be seen"),
    ],
)
def test_a_mistake_is_told(text: str, problem: str) -> None:
    (found,) = waivers("a.py", f"a = 1  # {text}\n")
    assert problem in found.problem


def test_several_rules_stand_in_one_bracket() -> None:
    (found,) = waivers("a.py", "a = 1  # auditor: ignore[AUD203, stub-body,AUD203] until=2027-01-31 reason='x y'\n")
    assert (found.rules, found.reason, found.by, found.problem) == (("AUD203", "stub-body"), "x y", "", "")


def test_a_file_full_of_them_is_cut_and_says_so() -> None:
    found = waivers("a.py", f"a = 1  # {GOOD}\n" * 150)
    assert len(found) == 101
    assert "more than 100" in found[-1].problem


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_behind_the_mark_is_read_or_told(text: str) -> None:
    line = "".join(one for one in text if one.isprintable())
    for found in waivers("a.py", f"a = 1  # auditor: ignore{line}\n"):
        assert found.problem or (found.rules and found.until and found.reason)
