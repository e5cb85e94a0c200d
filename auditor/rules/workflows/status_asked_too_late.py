"""AUD410: a script asks how a command ended, and has ended itself where it failed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.errexit import exempt_commands, strict_runs
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Case, Command, Function, Group, If, Loop, Node, Pipeline, ShellProgram, walk
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASKS = pattern(r"^(?:\[\[?|test|\(\() .*\$\?")
_FAILED = pattern(r"-ne 0|!= ?[\"']?0|-gt 0|\$\?[\"']? ?> ?0")
_NEVER_FAIL = frozenset(
    {"echo", "printf", "set", "export", "local", "declare", "true", ":", "return", "exit", "trap", "shopt"}
)

_SAYS = _NEVER_FAIL - {"set", "trap", "shopt"}
_SHOWS = pattern(
    r"^(?:(?:docker|podman)(?: compose)? (?:ps|logs|inspect|images)|docker-compose (?:ps|logs)|kubectl .*\b(?:get|describe|logs)|cat|ls|df|ps|env|tail|head)\b"
)
"""Commands that only show what the state is."""


def _check(source: Source) -> Iterator[Hit]:
    for run in strict_runs(source):
        exempt = exempt_commands(run.program)
        for statements in _lists(run.program):
            for before, node in pairwise(statements):
                if isinstance(node, If) and _ends(before, exempt, piped=run.piped) and _lost(node):
                    message = "The script ends where the command before fails (`set -e`): what is to be done about the failure is never done."
                    milder = Severity.MEDIUM if _only_says(node) else None
                    yield Hit(source.path, node.line, node.end_line, message, run.symbol, milder)


def _only_says(node: If) -> bool:
    """Whether all that is lost is a message: the branch prints something, and ends the run that has ended already."""
    lost = [*node.branches[0].body, *node.otherwise]
    return all(isinstance(one, Command) and (one.name in _SAYS or _SHOWS.search(one.text)) for one in lost)


def _lists(program: ShellProgram) -> Iterator[tuple[Node, ...]]:
    """Every list of statements that run one after the other."""
    yield program.body
    for node in walk(program.body):
        if isinstance(node, If):
            yield from (branch.body for branch in node.branches)
            yield node.otherwise
        elif isinstance(node, Loop | Function | Group):
            yield node.body
        elif isinstance(node, Case):
            yield from node.arms


def _ends(node: Node, exempt: frozenset[int], *, piped: bool) -> bool:
    """Whether the failure of a statement ends the script."""
    if isinstance(node, Pipeline):
        inner = node.parts if piped else node.parts[-1:]
        return any(_ends(one, exempt, piped=piped) for one in inner)
    if not isinstance(node, Command) or id(node) in exempt:
        return False
    return (not node.words and bool(node.substitutions)) or (bool(node.words) and node.name not in _NEVER_FAIL)


def _lost(node: If) -> bool:
    """Whether something hangs on the failure: the branch for it, or the one beside that for success."""
    first = node.branches[0]
    if len(first.condition) != 1 or not isinstance(first.condition[0], Command):
        return False
    text = " ".join(word.text for word in first.condition[0].words)
    if not _ASKS.search(text):
        return False
    return bool(first.body) if _FAILED.search(text) else bool(node.otherwise)


RULE = Rule(
    id="AUD410",
    name="status-asked-too-late",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is what a script does about a failure ever done?",
    why="With `set -e`, and in every step of a GitHub workflow, the script has ended before `$?` is asked: the rollback below it never runs.",
    limits="A condition on `$?` right after the command, in scripts with `set -e` and no `set +e`, and in steps of GitHub and GitLab. Commands in functions that are called as conditions are left alone, since they end nothing.",
    fix="Write `if ! command; then ...`.",
    since="0.5.0",
    effort=10,
    reads=SHELL_READERS,
    triggers=("$?",),
    check_file=_check,
    examples=(
        Example(
            title="a rollback that never comes, in a script and in a step",
            files={
                "free.sh": "#!/bin/bash\nset -eu\nset +o nounset\n./smoke.sh\nif [ $? -ne 0 ]; then\n  ./rollback.sh\nfi\n",
                "deploy.sh": '#!/bin/bash\nset -euo pipefail\n./smoke.sh "$1"\nif [ $? -ne 0 ]; then\n  kubectl rollout undo deployment/shop\n  exit 1\nfi\n',
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          helm upgrade shop ./chart\n          if [[ $? == 0 ]]; then\n            echo well\n          else\n            helm rollback shop\n          fi\n",
            },
            found=("free.sh:5", "deploy.sh:4", ".github/workflows/deploy.yml:8"),
        ),
        Example(
            title="scripts that go on, statuses that are kept, and functions that are conditions",
            files={
                "loose.sh": "#!/bin/bash\n./smoke.sh\nif [ $? -ne 0 ]; then\n  exit 1\nfi\n",
                "kept.sh": '#!/bin/bash\nset -e\n./smoke.sh || status=$?\nif [ "${status:-0}" -ne 0 ]; then\n  exit 1\nfi\nset +e\n./smoke.sh\nif [ $? -ne 0 ]; then\n  exit 1\nfi\n',
                "azure-pipelines.yml": "steps:\n  - script: |\n      ./smoke.sh\n      if [ $? -ne 0 ]; then\n        ./rollback.sh\n      fi\n",
                ".github/workflows/loose.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - shell: bash {0}\n        run: |\n          ./smoke.sh\n          if [ $? -ne 0 ]; then\n            ./rollback.sh\n          fi\n",
                "asked.sh": "#!/bin/bash\nset -e\nsmoke() {\n  ./smoke.sh\n  if [ $? -ne 0 ]; then\n    echo bad\n  fi\n}\nif smoke; then\n  echo well\nfi\n",
            },
        ),
    ),
)
