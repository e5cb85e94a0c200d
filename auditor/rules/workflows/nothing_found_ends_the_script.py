"""AUD498: a script looks for trouble, and ends where it finds none."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.errexit import exempt_commands, strict_runs
from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import FINDERS
from auditor.facts.shell_program import Command, If, Loop, Node, Pipeline, ShellProgram, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NAME = pattern(r"\$\{?(\w+)")
_WITHOUT = pattern(r"^-[a-zA-Z]*v[a-zA-Z]*$|^--invert-match$")
_NONE = pattern(
    r"-eq 0|={1,2} ?[\"']?0[\"']?(?:\s|$)|-z |-gt 0|-ne 0|!= ?[\"']?0[\"']?(?:\s|$)|-n |={1,2} ?[\"']{2}|> ?0|-lt 1|-ge 1"
)


def _check(source: Source) -> Iterator[Hit]:
    for run in strict_runs(source):
        if not run.piped:
            continue
        hidden = exempt_commands(run.program) | _hidden(run.program)
        tested = _tested(run.program)
        for node in walk(run.program.body):
            if id(node) in hidden:
                continue
            if isinstance(node, Command) and _counts_for(node, tested):
                message = "Where nothing is found, grep fails, the pipe with it (`pipefail`), and the script ends here (`set -e`): what follows for that case never runs."
                yield Hit(source.path, node.line, node.end_line, message, run.symbol)
            elif isinstance(node, Pipeline) and _leaves_out(node.parts[-1], hidden):
                message = "Where every line is filtered out, grep fails, the pipe with it (`pipefail`), and the script ends here (`set -e`)."
                yield Hit(source.path, node.line, node.end_line, message, run.symbol)


def _hidden(program: ShellProgram) -> frozenset[int]:
    """What stands in substitutions: its failure is that of the command around it."""
    return frozenset(id(inner) for command in all_commands(program.body) for inner in walk(command.substitutions))


def _counts_for(command: Command, tested: frozenset[str]) -> bool:
    """Whether a mere assignment keeps what a search found in a variable that is asked for nothing."""
    return not command.words and any(one.name in tested for one in command.assignments) and _may_find_nothing(command)


def _may_find_nothing(command: Command) -> bool:
    """Whether a value is what a search at the end of a pipe found, or how much that was.

    Where further commands take a field out of what is found, it is mostly there.
    """
    return any(isinstance(node, Pipeline) and _searches(node) for node in command.substitutions)


def _searches(pipeline: Pipeline) -> bool:
    names = [one.name if isinstance(one, Command) else "" for one in pipeline.parts]
    return names[-1] in FINDERS or (names[-1] == "wc" and names[-2] in FINDERS)


def _tested(program: ShellProgram) -> frozenset[str]:
    """The variables of which a condition asks whether they are nought or empty."""
    found: set[str] = set()
    for node in walk(program.body):
        conditions = [one for branch in node.branches for one in branch.condition] if isinstance(node, If) else []
        conditions += node.condition if isinstance(node, Loop) else ()
        for command in all_commands(conditions):
            text = " ".join(word.text for word in command.words)
            if command.name in ("[", "[[", "test", "((") and _NONE.search(text):
                found.update(one.group(1) for one in _NAME.finditer(text))
    return frozenset(found)


def _leaves_out(node: Node, hidden: frozenset[int]) -> bool:
    if not isinstance(node, Command) or node.name not in FINDERS or id(node) in hidden:
        return False
    return any(_WITHOUT.search(text) for text in node.texts[1:]) and "-q" not in node.texts


_PODS = 'late=$(kubectl get nodes --no-headers | grep -v " Ready" | wc -l)\nif [ "$late" -eq 0 ]; then\n  echo "all ready"\nfi\n'

RULE = Rule(
    id="AUD498",
    name="nothing-found-ends-the-script",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a script that finds no trouble get past the search?",
    why="grep fails where it finds nothing. With `set -euo pipefail` a health check ends silently just when all is well, and a backup at the first archive that has nothing to say.",
    limits="Scripts with `set -e` and pipefail: what grep finds at the end of a pipe, or how much it is, where that is then compared with nought or nothing, and statements that end in `grep -v`. `local name=$(...)`, conditions and `|| ...` hide the failure and are left alone.",
    fix="Write `|| true` at the end of the pipe, or count with awk.",
    since="0.5.0",
    effort=10,
    reads=SHELL_READERS,
    triggers=("grep", "rg "),
    check_file=_check,
    examples=(
        Example(
            title="a health check, and a backup whose messages are filtered",
            files={
                "check.sh": "#!/bin/bash\nset -euo pipefail\n" + _PODS,
                "backup.sh": '#!/bin/bash\nset -eo pipefail\ntar -czf shop.tgz -C /srv shop 2>&1 | grep -v "Removing leading"\nsha256sum shop.tgz\n',
                ".gitlab-ci.yml": 'check:\n  script:\n    - |\n      bad=$(cat log | grep ERROR)\n      if [ -z "$bad" ]; then\n        echo fine\n      fi\n',
                ".github/workflows/check.yml": 'on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n      - shell: bash\n        run: |\n          bad=$(cat log | grep ERROR)\n          if [ -z "$bad" ]; then\n            echo fine\n          fi\n',
            },
            found=("check.sh:3", "backup.sh:3", ".github/workflows/check.yml:8", ".gitlab-ci.yml:4"),
        ),
        Example(
            title="pipes that do not fail, values that are local, and what is made up for",
            files={
                "loose.sh": "#!/bin/bash\nset -e\n" + _PODS,
                "unset.sh": "#!/bin/bash\nset -euo pipefail\nset +o pipefail\n" + _PODS,
                "local.sh": "#!/bin/bash\nset -euo pipefail\nnodes() {\n  local "
                + _PODS.replace("\n", "\n  ").rstrip()
                + "\n}\nnodes\n",
                "safe.sh": '#!/bin/bash\nset -euo pipefail\nbad=$(cat log | grep ERROR || true)\nif [ -z "$bad" ]; then\n  echo fine\nfi\ntar -c shop 2>&1 | grep -v leading || true\nname=$(cat release | grep NAME)\necho "$name"\n',
                "field.sh": '#!/bin/bash\nset -euo pipefail\nlimit=$(cat info | grep limit: | cut -d: -f2)\nif [ "$limit" -gt 0 ]; then\n  echo limited\nfi\n',
            },
        ),
    ),
)
