"""AUD487: a command finds trouble, tells of it, and ends with success."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.python_syntax import syntax_of
from auditor.facts.soft_failures import ends_well, soft_failures
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not ends_well(view, syntax):
            continue
        for branch in soft_failures(view, syntax):
            where = (
                f"where {ast.unparse(branch.test)[:60]}"
                if isinstance(branch, ast.If)
                else f"for each of {ast.unparse(branch.iter)[:60]}"
            )
            message = f"{view.name} only tells of it {where}, and ends with success."
            yield Hit(source.path, branch.lineno, branch.end_lineno or branch.lineno, message, view.qualified)


RULE = Rule(
    id="AUD487",
    name="trouble-only-told",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a command that finds trouble end with failure?",
    why="A preflight that prints '3 checks need attention' and exits with 0 holds nothing back: the pipeline looks at the status alone.",
    limits="Judged are commands and checks that end in a written 0 or True: lists named for failures (gone over or asked for), verdicts and versions that a call gave, where nothing after the message asks for them again.",
    fix="Return 1, or raise, where anything was found.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="problems that are printed one by one",
            files={
                "tools/check_links.py": (
                    "def main() -> int:\n    found = problems(PATH)\n    for line in found:\n        print(f'warning: {line}')\n    print(f'{len(found)} problems')\n    return 0\n\n\n"
                    "def run() -> int:\n    found = problems(PATH)\n    for line in found:\n        print(line)\n    return 1 if found else 0\n\n\n"
                    "def cli() -> int:\n    found = problems(PATH)\n    if found and STRICT:\n        return 1\n    for line in found:\n        print(line)\n    return 0\n\n\n"
                    "def handle() -> int:\n    for line in entries(PATH):\n        print(line)\n    return 0\n"
                ),
            },
            found=("tools/check_links.py:3",),
        ),
        Example(
            title="failures that are counted aloud, and a version that is not the one",
            files={
                "gate.py": (
                    "def main():\n"
                    "    results = [one() for one in STEPS]\n"
                    "    failed = [one for one in results if not one.ok]\n"
                    "    if failed:\n"
                    '        print(f"{len(failed)} steps want a look")\n'
                    '    print("DONE")\n'
                    "    return 0\n"
                    "\n"
                    "\n"
                    "async def verify_rollout(args):\n"
                    "    running = await ask(args.url)\n"
                    "    if running != args.version:\n"
                    '        print(f"warning: {running} is running")\n'
                    "    return True\n"
                ),
            },
            found=("gate.py:12", "gate.py:4"),
        ),
        Example(
            title="failures that decide, and what is no failure",
            files={
                "gate.py": (
                    "import sys\n"
                    "\n"
                    "\n"
                    "def main():\n"
                    "    failed = [one for one in STEPS if not one()]\n"
                    "    if failed:\n"
                    '        print("failed")\n'
                    "    return 1 if failed else 0\n"
                    "\n"
                    "\n"
                    "def run():\n"
                    "    missing = look()\n"
                    "    if missing:\n"
                    '        print("missing")\n'
                    "        sys.exit(1)\n"
                    "    return 0\n"
                    "\n"
                    "\n"
                    "def cli(verbose):\n"
                    "    if verbose:\n"
                    '        print("more")\n'
                    "    return 0\n"
                    "\n"
                    "\n"
                    "def render(errors):\n"
                    "    errors = sorted(errors)\n"
                    "    if errors:\n"
                    "        print(errors)\n"
                    "    return 0\n"
                ),
            },
        ),
        Example(
            title="an end that is none of success, and a number of failures that decides",
            files={
                "gate.py": (
                    "def main():\n"
                    "    failed = [one for one in STEPS if not one()]\n"
                    "    if failed:\n"
                    '        print("failed")\n'
                    "    return 1\n"
                    "\n"
                    "\n"
                    "def verify_links():\n"
                    "    broken = [one for one in LINKS if not one()]\n"
                    "    if broken:\n"
                    '        print("broken")\n'
                    "    return False\n"
                    "\n"
                    "\n"
                    "def run(most):\n"
                    "    failed = [one for one in STEPS if not one()]\n"
                    "    if failed:\n"
                    '        print("failed")\n'
                    "    if len(failed) > most:\n"
                    '        raise RuntimeError("too many")\n'
                    "    return 0\n"
                    "\n"
                    "\n"
                    "def command():\n"
                    "    missing = look()\n"
                    "    if missing:\n"
                    '        print("missing")\n'
                    "    if not DRY:\n"
                    "        sys.exit(len(missing))\n"
                    "    return 0\n"
                ),
            },
        ),
        Example(
            title="a number of failures that is counted and shown",
            files={
                "gate.py": (
                    "def main():\n"
                    "    failed = [one for one in STEPS if not one()]\n"
                    "    if failed:\n"
                    '        print("failed")\n'
                    "    number = len(failed)\n"
                    '    print(f"{number} of {len(STEPS)}")\n'
                    "    return 0\n"
                ),
            },
            found=("gate.py:3",),
        ),
    ),
    check_file=_check,
)
