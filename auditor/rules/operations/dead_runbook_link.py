"""AUD607: an alert's runbook cannot be where its link points."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.prometheus import Annotation, PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FILE_AT_HOST = pattern(
    r"^https?://(?:www\.)?(github\.com|gitlab\.com|bitbucket\.org)/([^?#\s]*\.(?:md|rst|adoc|txt|html))(?:[?#]|$)"
)
_VIEW = pattern(
    r"^[^/]+/[^/]+/(?:-/)?(?:blob|tree|raw|wiki|wikis|src|releases|edit|blame|pages)/|^[^/]+/[^/]+/[^/]+/.*/-/"
)
_PAGE = pattern(
    r"^(https?://(?:www\.)?(?:github\.com|gitlab\.com)/[\w.-]+/[\w.-]+/(?:-/)?blob/[\w.-]+/)([\w./-]+\.(?:md|rst|adoc|txt))(?:[?#].*)?$"
)
"""A file as a forge shows it: what is before its path in the repository, and the path."""
_HERE = pattern(r"^\.{0,2}/?[A-Za-z0-9_][A-Za-z0-9_./-]*\.(?:md|rst|adoc)$")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    own = facts.derive(_own_pages)
    for file, fact in facts.of(PrometheusFile):
        for rule in fact.rules.rules if fact.rules else ():
            for annotation in rule.annotations:
                fault = _fault(annotation, facts, own) if "runbook" in annotation.name.lower() else ""
                if fault:
                    yield Hit(
                        file.path, annotation.line, annotation.line, f"The runbook of `{rule.name}` {fault}.", rule.name
                    )


def _own_pages(facts: RepositoryFacts) -> frozenset[str]:
    """The beginnings of links to files of this repository, told from runbooks that are there; for `RepositoryFacts.derive`."""
    found: set[str] = set()
    for _, fact in facts.of(PrometheusFile):
        for rule in fact.rules.rules if fact.rules else ():
            for annotation in rule.annotations:
                page = _PAGE.match(annotation.text.strip())
                if page and facts.exists(page.group(2)):
                    found.add(page.group(1))
    return frozenset(found)


def _fault(annotation: Annotation, facts: RepositoryFacts, own: frozenset[str]) -> str:
    text = annotation.text.strip()
    page = _PAGE.match(text)
    if page and page.group(1) in own and not facts.exists(page.group(2)):
        return f"would be `{page.group(2)}` of this repository, to which other alerts link: it is not there"
    remote = _FILE_AT_HOST.match(text)
    if remote and not _VIEW.search(remote.group(2)):
        return f"is no page: `{remote.group(1)}` shows files only below `blob/<branch>/` of a repository"
    path = text.partition("#")[0].removeprefix("./").lstrip("/")
    if _HERE.fullmatch(text.partition("#")[0]) and not facts.exists(path):
        name = path.rpartition("/")[2]
        if not any(one.rpartition("/")[2] == name for one in facts.all_paths):
            return f"would be `{path}`, which is not in the repository"
    return ""


def _rules(link: str) -> str:
    return (
        "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n        annotations:\n"
        f'          runbook_url: "{link}"\n'
    )


RULE = Rule(
    id="AUD607",
    name="dead-runbook-link",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every alert's runbook link lead to a page?",
    why="Whoever is woken by the alert follows the link first; a dead one costs the minutes that matter.",
    limits="Nothing is fetched: only addresses that cannot be a page of their host, and paths of this repository, are judged.",
    fix="Link the page as the browser shows it, or by its path in the repository.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"prometheus"}),
    examples=(
        Example(
            title="a page of this repository that is not there, beside one that is, and pages of another",
            files={
                "monitoring/one.yml": _rules("https://github.com/shop/shop/blob/main/docs/down.md"),
                "monitoring/two.yml": _rules("https://github.com/shop/shop/blob/main/docs/slow.md"),
                "monitoring/three.yml": _rules("https://github.com/shop/runbooks/blob/main/docs/slow.md"),
                "docs/down.md": "# Down\n",
            },
            found=("monitoring/two.yml:7",),
        ),
        Example(
            title="a file without the branch",
            files={"alerts.yml": _rules("https://github.com/acme-shop/docs/RUNBOOK.md#shopdown")},
            found=("alerts.yml:7",),
        ),
        Example(
            title="a path that is not there",
            files={"alerts.yml": _rules("docs/runbooks/shop-down.md")},
            found=("alerts.yml:7",),
        ),
        Example(
            title="a page of another repository",
            files={"alerts.yml": _rules("https://github.com/acme/runbooks/blob/main/shop.md")},
        ),
    ),
    check_repository=_check,
)
