"""``auditor rules``: list the rules, or explain one."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from auditor.errors import UserError
from auditor.resources import resource_text

if TYPE_CHECKING:
    from rich.table import Table

    from auditor.rules.base import Rule

__all__ = ["Listed", "find_rule", "rules"]

IDENTIFYING = 2
"""The first columns, without which a row says nothing."""
LANGUAGES_WIDTH = 24
"""The least width in which the list of the languages that a rule sees is worth a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the list of rules tells of one."""

    id: str
    name: str
    severity: str
    category: str
    confidence: str
    lifecycle: str
    languages: str


@click.command()
@click.argument("rule", required=False)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print."
)
def rules(rule: str | None, format_: str) -> None:
    """List the rules, or explain RULE, given by id or name.

    A rule's page tells what it asks, why it matters, what it reports beside what it leaves alone, how to mend what it
    finds, how often it was right where somebody looked, which languages it sees, and what it cannot see.
    """
    if not rule and format_ == "text":
        from auditor.cli.console import report_console  # noqa: PLC0415 - rich is not needed for JSON

        console = report_console()
        console.print(_table(_listing(), console.width))
        return
    from auditor.rules.registry import rules as all_rules  # noqa: PLC0415 - loads every rule; --help need not

    chosen = (find_rule(rule, all_rules()),) if rule else all_rules()
    if format_ == "json":
        described = [_described(one) for one in chosen]
        click.echo(json.dumps(described[0] if rule else described, indent=2, ensure_ascii=False))
        return
    from auditor.cli.console import report_console  # noqa: PLC0415 - as above
    from auditor.cli.rule_page import print_rule  # noqa: PLC0415 - as above

    print_rule(report_console(), chosen[0])


def _listing() -> tuple[Listed, ...]:
    """What the list tells of every rule: it ships with this package, as loading every rule takes most of the time."""
    return tuple(Listed(**one) for one in json.loads(resource_text("rules.json")))


def find_rule(wanted: str, known: tuple[Rule, ...]) -> Rule:
    """The rule with this id or name, in any case. Raises UserError with the closest names on any other."""
    by_name = {rule.id.lower(): rule for rule in known} | {rule.name: rule for rule in known}
    if wanted.lower() in by_name:
        return by_name[wanted.lower()]
    close = difflib.get_close_matches(wanted.lower(), by_name, n=3, cutoff=0.5)
    suggestions = ", ".join(f"{by_name[name].id} ({by_name[name].name})" for name in close)
    remedy = f"did you mean {suggestions}?" if close else "`auditor rules` lists all rules"
    raise UserError(f"there is no rule {wanted!r}", remedy=remedy)


def _described(rule: Rule) -> dict[str, object]:
    from auditor.rules.languages import languages_of  # noqa: PLC0415 - loads every parser; --help need not
    from auditor.rules.precision import precision_of  # noqa: PLC0415 - read where it is shown

    measured = precision_of(rule.id)
    examples = [{"title": one.title, "files": dict(one.files), "found": list(one.found)} for one in rule.examples]
    texts = {name: getattr(rule, name) for name in ("question", "why", "limits", "fix", "since", "effort")}
    return {
        "id": rule.id,
        "name": rule.name,
        "category": rule.category.value,
        "severity": rule.told.value,
        "confidence": rule.confidence.value,
        "precision": {
            "labelled": {"judged": measured.labelled, "right": measured.labelled_right},
            "well_kept": {"reported": measured.reported, "judged": measured.kept, "right": measured.kept_right},
        },
        "lifecycle": rule.lifecycle.value,
        "reads": sorted(rule.reads),
        "languages": list(languages_of(rule)),
        "roles": sorted(role.value for role in rule.roles),
        **texts,
        "examples": examples,
    }


def _table(known: tuple[Listed, ...], width: int) -> Table:
    """Id and name always, then the languages that rules see, which may fold, and of the other columns what the width holds."""
    from rich.table import Table  # noqa: PLC0415 - rich is not needed for JSON

    columns: dict[str, list[str]] = {
        title: [str(getattr(rule, title)) for rule in known]
        for title in ("id", "name", "severity", "category", "confidence", "lifecycle")
    }
    table = Table(box=None, header_style="bold", caption=f"{len(known)} rules", caption_justify="left")
    shown: list[list[str]] = []
    left = width
    for title, cells in columns.items():
        needed = max(map(len, (title, *cells))) + 2
        if len(shown) == IDENTIFYING and left >= LANGUAGES_WIDTH:
            table.add_column("languages", overflow="fold", min_width=LANGUAGES_WIDTH - 2)
            shown.append([rule.languages for rule in known])
            left -= LANGUAGES_WIDTH
        if needed > left and len(shown) > 1:
            break
        table.add_column(title, no_wrap=True, min_width=needed - 2)
        shown.append(cells)
        left -= needed
    for row in zip(*shown, strict=True):
        table.add_row(*row)
    return table
