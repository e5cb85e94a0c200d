"""AUD124: a function whose work is commented out, and which reports it all the same."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.commented_work import CommentedWork
from auditor.facts.effects import Effect
from auditor.facts.python_graph import python_graph
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


_APART = 3
"""Calls on lines nearer than this are told once: they are one piece of work."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for file, fact in facts.of(CommentedWork):
        module = graph.by_path.get(file.path)
        told: dict[str, int] = {}
        for one in fact.items:
            function = module.functions.get(one.function) if module else None
            if module is None or function is None or one.line - told.get(one.function, -_APART) < _APART:
                continue
            effects = graph.effects(module, function) - {Effect.STATE}
            if not any(effect.is_real for effect in effects) and effects & {Effect.LOG, Effect.SLEEP}:
                told[one.function] = one.line
                message = (
                    f"{function.short_name} has its work commented out ({one.call}), and goes on as if it were done."
                )
                yield Hit(file.path, one.line, one.line, message, one.function)


RULE = Rule(
    id="AUD124",
    name="commented-out-work",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are the calls that do the work live rather than commented out?",
    why="'Network partition injected' in the log is believed; the command that would inject it is a comment.",
    limits=(
        "Judged are functions that do nothing but log, wait and set attributes, in which a comment holds a call of a process, "
        "a request or a database."
    ),
    fix="Make the call, or raise NotImplementedError until it can be made.",
    since="0.1.0",
    effort=120,
    reads=frozenset({"commented-work"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a network partition in the log",
            files={
                "chaos.py": (
                    "import asyncio\nimport logging\n\n\nasync def network_partition(target):\n"
                    '    # subprocess.run(["iptables", "-A", "INPUT", "-s", target, "-j", "DROP"], check=True)\n'
                    "    await asyncio.sleep(5)\n"
                    '    logging.info("network partition injected")\n'
                ),
            },
            found=("chaos.py:6",),
        ),
        Example(
            title="an old way next to the one in use, and an explanation",
            files={
                "chaos.py": (
                    "import subprocess\n\n\ndef drop(target):\n"
                    '    # os.system("iptables -A INPUT -j DROP")\n'
                    '    subprocess.run(["iptables", "-A", "INPUT", "-s", target], check=True)\n\n\n'
                    "def explain():\n    # subprocess.run() is not needed here\n    print(1)\n"
                ),
            },
        ),
    ),
    check_repository=_check,
)
