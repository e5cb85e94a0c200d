"""AUD644: a document sends its reader to a section or a button that the other document, or itself, does not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_sections import DocumentSections, SectionLink, plain
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_ANYWHERE = frozenset({"top", "readme", "", "tableofcontents", "toc"})
"""What every page has, or the makers of pages add."""
_OF_LINES = pattern(r"^(?:L\d|[/!?:~])")
"""Lines of code, and what programs in the page make of the anchor."""
_COUNTED = pattern(r"^(.*?)(?:-\d{1,2})$")
_PAGES = (".md", ".markdown", ".mdx")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = {file.path: fact for file, fact in facts.of(DocumentSections)}
    for path, fact in known.items():
        if about_other_times(path):
            continue
        seen: set[str] = set()
        for link in fact.links:
            targets = _targets(path, link, known)
            if targets and link.name not in seen and not any(_has(known[target], link) for target in targets):
                seen.add(link.name)
                where = "this document" if targets[0] == path else f"`{targets[-1]}`"
                what = "a button or section" if link.button else "a section"
                yield Hit(
                    path,
                    link.line,
                    link.line,
                    f"This leads to {what} `{link.name}`, which {where} does not have.",
                    link.name,
                )


def _targets(path: str, link: SectionLink, known: dict[str, DocumentSections]) -> list[str]:
    """The documents that may be meant; none where it is none of the repository's."""
    if not link.path:
        return [] if path.rpartition("/")[2].startswith("_") else [path]  # a part of other pages
    folder = path.rpartition("/")[0]
    if link.button:
        return [one for one in dict.fromkeys((joined_path(folder, "README.md"), "README.md")) if one in known]
    found = joined_path(folder, link.path) if link.path.endswith(_PAGES) and not link.path.startswith("/") else ""
    return [found] if found in known else []


def _has(fact: DocumentSections, link: SectionLink) -> bool:
    name = plain(link.name.removeprefix("user-content-"))
    if fact.open or name in _ANYWHERE or _OF_LINES.match(link.name) or name in fact.names:
        return True
    if link.button:
        return any(name in one for one in fact.shown | fact.names)
    counted = _COUNTED.match(link.name)
    return counted is not None and plain(counted.group(1)) in fact.names


RULE = Rule(
    id="AUD644",
    name="section-nowhere",
    category=Category.MISSING_REFERENCE,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    question="Is every section and button there that documents send their readers to?",
    why="The reader lands at the top of a long page, and does not find what was promised.",
    limits=(
        "Links with an anchor within a document and to others of the repository, compared by letters and digits alone, and buttons, badges and sections that a README is said to have. Documents that take in others, "
        "anchors of lines and documents about other times are passed over."
    ),
    fix="Correct the anchor, or write the section.",
    since="0.9.0",
    effort=5,
    reads=frozenset({"document-sections"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="anchors of sections that were renamed, and a button that there is not",
            files={
                "README.md": "# Shop\n\n[Start](#getting-started) [End](#the-end)\n\n[![Deploy to Heroku](x.svg)](https://heroku.test)\n\n## Getting started!\n",
                "docs/deploy.md": '# Deploy\n\n1. Click the "Deploy to Render" button in the README\n2. Or the "Deploy to Heroku" button in the README\n3. See [limits](limits.md#quotas) and [names](limits.md#names-of-shops)\n',
                "docs/limits.md": "# Limits\n\n## Names of *shops*\n",
            },
            found=("README.md:3", "docs/deploy.md:3", "docs/deploy.md:5"),
        ),
        Example(
            title="sections called alike, ids, titles under lines, and documents that take in others",
            files={
                "README.md": '# Shop\n\n[a](#setup-1) [b](#own) [c](#old-style) [d](#top) [e](app.py#L3) [f](docs/all.md#any) [g](#the-setup-of-it) [h](#kept-apart) [i](#here) [j](#in-html) [k](#qa) [l](#/route) `[m](#shown)`\n\n### Elsewhere { #kept-apart }\n\n(here)=\n<h2 align="center"><b>In</b> HTML</h2>\n\n### Q&amp;A\n\n## Setup\n\n## Setup\n\n<a id="own"></a>\n\nOld style\n---------\n\n## The [setup](x.md) of it\n',
                "docs/limits.md": "# Limits\n\n[one](api.md#shop.order)\n",
                "docs/_part.md": "[more](#of-the-page)\n",
                "docs/api.md": "# API\n\n::: shop.order\n",
                "docs/all.md": "# All\n\n--8<-- 'other.md'\n",
                "app.py": "print(1)\n",
            },
        ),
    ),
)
