"""AUD521: a check compares, prints what came out, and cannot fail."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import printed
from auditor.facts.shell_effects import Effect, always_leaves, effect_of, effects_of
from auditor.facts.shell_program import Chain, Command, If, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHECKS = pattern(
    r"(?i)^\W*(?:check|verify|validate|enforce|ensure|assert|gate|guard|confirm|compare|evaluate)\b|\b(?:gates?|thresholds?|budgets?|limits?|windows?|freeze|approvals?|checks?|validation|verification|enforcement|objectives?)\W*$"
)
_TELLS = pattern(
    r"(?i)\b(?:show|print|list|report|display|summar\w*|debug|log|info\w*|detect|determine|decide|whether|chang(?:ed|es)|skip|cache|label|comment|notify|announce|status|versions?|environment|disk|usage|space|memory)\b"
)
_NUMERIC = pattern(r"\s-(?:lt|le|gt|ge)\s|^\(\(.*[<>]")
_MISSED = pattern(
    r"(?i)\b(?:miss(?:ed|es)|exceed\w*|fail\w*|violat\w*|breach\w*|below|above|too (?:low|high|slow|long|many|few|large|old)|over (?:the )?(?:limit|budget))\b"
)
_QUIET = frozenset({Effect.PRINT, Effect.SET, Effect.TEST, Effect.WAIT})


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if unit.step is None or unit.function:
            continue
        chains = list(_warned(unit))
        for chain in chains:
            message = f"A limit is compared with, and {_printed(chain.right)[:60]!r} is all that comes of it."
            yield Hit(source.path, chain.line, chain.end_line, message, unit.symbol)
        if not chains and (told := _told(unit)) is not None:
            message = f"The step {unit.name!r} compares, prints what came out, and ends with success either way."
            yield Hit(source.path, told.line, told.end_line, message, unit.symbol)


def _warned(unit: Unit) -> Iterator[Chain]:
    """``test "$took" -lt 900 || echo "objective missed"``."""
    for node in walk(unit.body):
        if not isinstance(node, Chain) or node.operator != "||" or not isinstance(node.left, Command):
            continue
        left, right = node.left, node.right
        prints = isinstance(right, Command) and effect_of(right, unit.functions) is Effect.PRINT
        if effect_of(left) is Effect.TEST and _NUMERIC.search(left.text) and prints and _MISSED.search(_printed(right)):
            yield node


def _printed(node: object) -> str:
    """What a command prints; empty for any other statement."""
    return printed(node) if isinstance(node, Command) else ""


def _told(unit: Unit) -> If | None:
    """The first comparison of a step that by its name checks, and that holds nothing which could fail or keep what it finds."""
    if not _CHECKS.search(unit.name) or _TELLS.search(unit.name) or always_leaves(unit.body, unit.functions):
        return None
    if not effects_of(unit.body, unit.functions) <= _QUIET:
        return None
    for node in walk(unit.body):
        if isinstance(node, If) and _prints_in_all(node, unit) and _compares(node):
            return node
    return None


def _prints_in_all(node: If, unit: Unit) -> bool:
    bodies = [*(branch.body for branch in node.branches), *([node.otherwise] if node.otherwise else [])]
    return all(effects_of(body, unit.functions) == {Effect.PRINT} for body in bodies)


def _compares(node: If) -> bool:
    """Whether a value is looked at: not whether a file, a tool or a setting is there."""
    conditions = [one.text for branch in node.branches for one in all_commands(branch.condition)]
    return any(_NUMERIC.search(text) for text in conditions)


_HEAD = "on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="AUD521",
    name="comparison-only-printed",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can every step that checks a limit fail?",
    why="`Check the change window` says that the window is shut, and the next job deploys: nobody reads the log of a green step.",
    limits="Steps that are named for a check, compare numbers, and hold no command but for printing, setting and testing; and limits whose miss is only printed behind `||`. Steps that show a state by their name are left alone.",
    fix="End the step with a status other than 0 where the limit is not kept.",
    since="0.8.0",
    effort=10,
    reads=frozenset({"github-workflow", "gitlab-ci", "github-action", "pipeline"}),
    triggers=("if ", "||"),
    check_file=_check,
    examples=(
        Example(
            title="a window that never shuts, and an objective that may be missed",
            files={
                ".github/workflows/ship.yml": (
                    f'{_HEAD}      - name: Check the change window\n        run: |\n          hour=$(date -u +%H)\n          if [ "$hour" -ge 6 ] && [ "$hour" -lt 9 ]; then\n            echo "Now the shops open"\n          fi\n          echo "Window open"\n'
                    '      - name: Recovery\n        run: |\n          took=$(( $(date +%s) - BEGUN ))\n          test "$took" -lt 900 || echo "::warning::objective missed"\n'
                )
            },
            found=(".github/workflows/ship.yml:16", ".github/workflows/ship.yml:9"),
        ),
        Example(
            title="checks that fail or keep what they find, and steps that show a state",
            files={
                ".github/workflows/ship.yml": (
                    f'{_HEAD}      - name: Check the change window\n        run: |\n          if [ "$(date -u +%H)" -lt 9 ]; then\n            echo "Now the shops open"\n            exit 1\n          fi\n'
                    '      - name: Check the coverage\n        run: |\n          if [ "$COVERED" -lt 80 ]; then\n            echo "passed=false" >> "$GITHUB_OUTPUT"\n          fi\n'
                    '      - name: Check disk usage\n        run: |\n          if [ "$FREE" -lt 80 ]; then\n            echo "little is left"\n          fi\n'
                    '      - name: Check the token\n        run: |\n          if [ -n "$TOKEN" ]; then\n            echo "there is one"\n          fi\n      - name: Wait\n        run: test "$took" -lt 900 || exit 1\n'
                )
            },
        ),
    ),
)
