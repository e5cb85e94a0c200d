"""AUD437: a count that is nought is followed by a second nought, and no comparison understands the two."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.errexit import shell_runs
from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import FINDERS
from auditor.facts.shell_program import Chain, Command, Node, Pipeline, ShellProgram, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COUNTS = pattern(r"^(?:-[a-zA-Z]*c[a-zA-Z]*|--count)$")
_FOR_NOUGHT = pattern(r"-eq 0|={1,2} ?[\"']?0[\"']?(?:\s|$)|-l[te] ")
_SUMS = pattern(r"\$\(\([^()]{1,200}\)\)")
_NAME = pattern(r"\$?\{?([A-Za-z_]\w*)")
_NOUGHT = frozenset({"0", "0\\n"})


def _check(source: Source) -> Iterator[Hit]:
    for run in shell_runs(source):
        asked = _asked_for_nought(run.program)
        for name, chain in _substituted(run.program.body):
            if name in asked and _gives_nought(chain.right) and _counts_already(chain.left, piped=run.piped):
                message = "Where nothing is found, the count prints 0 and fails, and `||` adds a second 0: the value has two lines, and every comparison of it is an error."
                yield Hit(source.path, chain.line, chain.end_line, message, run.symbol)


def _substituted(body: tuple[Node, ...]) -> Iterator[tuple[str, Chain]]:
    """The ``||`` chains in ``name=$(...)``, with the name."""
    for command in all_commands(body):
        names = [one.name for one in command.assignments] if len(command.assignments) == 1 else []
        for node in walk(command.substitutions) if names else ():
            if isinstance(node, Chain) and node.operator == "||":
                yield names[0], node


def _asked_for_nought(program: ShellProgram) -> frozenset[str]:
    """The variables that are compared so that nought is the good answer, or counted with."""
    found: set[str] = set()
    for command in all_commands(program.body):
        text = " ".join(word.text for word in command.words)
        if command.name in ("[", "[[", "test", "((") and _FOR_NOUGHT.search(text):
            found.update(one.group(1) for one in _NAME.finditer(text))
        for each in (*command.words, *(one.value for one in command.assignments)):
            found.update(one.group(1) for sums in _SUMS.finditer(each.text) for one in _NAME.finditer(sums.group()))
    return frozenset(found)


def _gives_nought(node: Node) -> bool:
    return isinstance(node, Command) and node.name in ("echo", "printf") and node.texts[-1:][0] in _NOUGHT


def _counts_already(node: Node, *, piped: bool) -> bool:
    """Whether a command prints a number in any case, and fails where the number is 0."""
    parts = node.parts if isinstance(node, Pipeline) else (node,)
    last = parts[-1]
    if not isinstance(last, Command):
        return False
    if last.name in FINDERS:
        return any(_COUNTS.search(text) for text in last.texts[1:]) and not _asks_files(last)
    before = [one.name for one in parts[:-1] if isinstance(one, Command)]
    return piped and last.name == "wc" and bool(before) and before[-1] in FINDERS


def _asks_files(command: Command) -> bool:
    """Whether many files are counted: then each has a line of its own, and nobody compares that."""
    return any(text in ("-r", "-R", "--recursive") for text in command.texts[1:])


RULE = Rule(
    id="AUD437",
    name="count-on-two-lines",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is a count of nought one number?",
    why='`grep -c` prints 0 and fails when nothing matches, so that `|| echo 0` gives two lines; `[ "$count" -eq 0 ]` is then an error, and the check says the opposite just when all is well.',
    limits="`grep -c` and, where pipes fail as a whole, `grep ... | wc -l`, kept in a variable and followed by `|| echo 0`, where the variable is then compared so that nought is the good answer, or counted with. Counts over many files are left alone.",
    fix="Write `|| true` in place of `|| echo 0`.",
    since="0.5.0",
    effort=5,
    reads=SHELL_READERS,
    triggers=("grep", "rg "),
    check_file=_check,
    examples=(
        Example(
            title="a check of pods, and one of nodes in a script whose pipes fail",
            files={
                "check.sh": '#!/bin/bash\ndown=$(kubectl get pods | grep -c CrashLoop || echo "0")\nif [[ "$down" -eq 0 ]]; then\n  echo fine\nfi\n',
                "nodes.sh": "#!/bin/bash\nset -euo pipefail\nlate=$(kubectl get nodes --no-headers | grep -v ' Ready' | wc -l || echo 0)\n[ \"$late\" -eq 0 ] || exit 1\n",
                ".github/workflows/check.yml": 'on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          count=$(grep -c ERROR app.log || echo 0)\n          [ "$count" -eq 0 ]\n',
            },
            found=("check.sh:2", "nodes.sh:3", ".github/workflows/check.yml:7"),
        ),
        Example(
            title="counts that are made up for otherwise, and pipes that do not fail",
            files={
                "check.sh": "#!/bin/bash\na=$(grep -c ERROR app.log || true)\nb=$(grep ERROR app.log | wc -l || echo 0)\nc=$(curl -s $URL/count || echo 0)\nd=$(grep ERROR app.log || echo 0)\n",
                "enough.sh": '#!/bin/bash\nbound=$(kubectl get pvc | grep -c Bound || echo 0)\nif [ "$bound" -gt 0 ]; then\n  echo bound\nfi\n',
            },
        ),
    ),
)
