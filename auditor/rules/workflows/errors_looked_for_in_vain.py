"""AUD478: errors are looked for in logs or alerts, and nothing comes of what is found."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Chain, Command, Node, Pipeline, children
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ERRORS = pattern(r"(?i)\b(?:errors?|fail(?:ed|ures?)?|exceptions?|critical|fatal|panic|traceback|firing|unhealthy)\b")
_SOURCES = pattern(r"\blogs?\b|journalctl|/alerts\b|/targets\b|\bevents\b|\bps\b")
_FINDERS = frozenset({"grep", "egrep", "rg"})
_SHRUGS = frozenset({"true", ":", "echo", "printf"})


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        for chain in _statements(unit.body):
            if _finds_errors(chain.left) and isinstance(chain.right, Command) and chain.right.name in _SHRUGS:
                message = "Errors are looked for here, and the run goes on whether or not there are any."
                yield Hit(source.path, chain.line, chain.end_line, message, unit.symbol)


def _statements(body: tuple[Node, ...]) -> Iterator[Chain]:
    """The ``||`` chains that are statements of their own: not those of conditions and substitutions."""
    waiting = list(body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, Chain):
            if node.operator == "||":
                yield node
        elif not isinstance(node, Command | Pipeline):
            waiting.extend(children(node))


def _finds_errors(node: Node) -> bool:
    if not isinstance(node, Pipeline) or not isinstance(node.parts[-1], Command):
        return False
    last = node.parts[-1]
    if last.name not in _FINDERS or last.redirects or not _ERRORS.search(" ".join(last.texts[1:])):
        return False
    return any(isinstance(one, Command) and _SOURCES.search(one.text) for one in node.parts[:-1])


RULE = Rule(
    id="AUD478",
    name="errors-looked-for-in-vain",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a deployment that finds errors in its logs stop?",
    why="The errors scroll by, the deployment ends green, and whoever reads 'logs checked' believes that there were none.",
    limits="A search for words of failure in logs, events or alerts, as a statement of its own, behind which `|| true` or a text stands.",
    fix="Write `if docker compose logs | grep -qi error; then exit 1; fi`.",
    since="0.3.0",
    effort=15,
    reads=SHELL_READERS,
    triggers=("grep", "rg "),
    check_file=_check,
    examples=(
        Example(
            title="errors in logs, and alerts that fire",
            files={
                "deploy.sh": (
                    "#!/bin/bash\nset -e\ndocker compose up -d\ndocker compose logs --tail=50 | grep -i error || true\n"
                    'curl -s http://prometheus:9090/api/v1/alerts | grep firing || echo "No alerts"\n'
                )
            },
            found=("deploy.sh:4", "deploy.sh:5"),
        ),
        Example(
            title="counted, asked, or something else that is looked for",
            files={
                "deploy.sh": (
                    "#!/bin/bash\nset -e\ncount=$(docker compose logs | grep -ci error || true)\nif docker compose logs | grep -q error; then\n  exit 1\nfi\n"
                    "git log --oneline | grep -i release || true\ndocker compose logs | grep -i error > errors.txt || true\n"
                )
            },
        ),
    ),
)
