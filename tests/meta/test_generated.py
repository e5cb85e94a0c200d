"""Generated files are what the code makes of them now, and rubrics name rules that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.rules.registry import rules
from tests.meta.checkout import ROOT, tracked
from tools.generate import documents, stale

RUBRICS = [path for path in tracked() if path.startswith("rubrics/") and path.endswith((".yaml", ".yml"))]


def test_generated_files_are_current() -> None:
    assert list(stale(ROOT, documents())) == [], "run `.venv/bin/python -m tools.generate`"


def test_a_changed_a_missing_and_a_left_over_file_are_named(tmp_path: Path) -> None:
    wanted = {"docs/rules/a.md": "a\n", "docs/rules/b.md": "b\n", "docs/cli.md": "c\n"}
    (tmp_path / "docs/rules").mkdir(parents=True)
    (tmp_path / "docs/rules/a.md").write_text("a\n", encoding="utf-8")
    (tmp_path / "docs/rules/z.md").write_text("z\n", encoding="utf-8")
    (tmp_path / "docs/cli.md").write_text("old\n", encoding="utf-8")
    assert list(stale(tmp_path, wanted)) == ["docs/cli.md", "docs/rules/b.md", "docs/rules/z.md"]


def test_every_rule_has_its_page() -> None:
    pages = documents()
    for rule in rules():
        page = pages[f"docs/rules/{rule.id}-{rule.name}.md"]
        assert rule.question in page
        assert all(example.title[1:] in page for example in rule.examples)


@pytest.mark.parametrize("path", RUBRICS)
def test_a_rubric_names_only_rules_that_exist(path: str) -> None:
    named = set(re.findall(r"AUD\d{3}", (ROOT / path).read_text(encoding="utf-8")))
    assert named <= {rule.id for rule in rules()}
