"""AUD524: how a check ended is kept, and nothing but a message reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from auditor.facts.counted_commands import checks_something, whose_failure_counts
from auditor.facts.errexit import shell_runs
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_work, printed
from auditor.facts.shell_program import Assignment, Chain, Command, If, Node, all_commands, children, walk
from auditor.facts.source import Source
from auditor.facts.swallowed_exits import statements
from auditor.facts.variable_reads import names_in, reads_of
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STATUS = frozenset({"$?", "${?}", '"$?"'})
_CODE = pattern(r"%\{?\{?(?:http_code|response_code)")
_VERIFIES = pattern(r"(?i)\b(?:verif\w*|validat\w*|smoke|health\w*|checks?|probe|probes|sanity)\b")
_FAILS = pattern(r"^-[a-zA-Z]*f[a-zA-Z]*$")
_NOWHERE = frozenset({"/dev/null", "/dev/stdout", "/dev/stderr", "1", "2", "&1", "&2"})
_LIMIT = pattern(r"(?i)\b(?:minimum|maximum|threshold|limit|at least|at most|required|budget)\b\D{0,12}\d")
_OBSERVES = pattern(r"(?i)\b(?:observ\w*|monitor\w*|watch\w*|canary|soak|error (?:rate|budget)|slo)\b")
_MEASURES = pattern(r"^(?:curl|wget|promtool query|kubectl top|http)\b")
_RETURNS = "returnStatus"
_KEPT = pattern(r"^\s*(?:(?:def|int)?\s*(\w+)\s*=\s*)?(?:sh|bat)\b.*\breturnStatus\s*:\s*true[^=!<>]*$")
_SAYS = pattern(r"^\s*(?:echo|println|print)\b")
_WORD = pattern(r"\w+")
_READ_ELSEWHERE = frozenset({"export", "source", "."})


def _check(source: Source) -> Iterator[Hit]:
    yield from _of_jenkins(source)
    ending = {id(run.program.body) for run in shell_runs(source) if run.ends}
    for unit in units_of(source):
        if unit.function and not unit.recipe:
            continue  # its file or step has the variables
        kept = list(_kept(unit, ends=id(unit.body) in ending))
        yield from _answers(source, unit)
        kept += list(_limits(unit))
        if not kept or any(one.name in _READ_ELSEWHERE for one in all_commands(unit.body)):
            continue
        used = reads_of(unit).used
        for name, what, line in kept:
            if name not in used:
                message = f"`{name}` keeps how {what[:60]!r} ended, and nothing decides by it."
                yield Hit(source.path, line, line, message, unit.symbol)


def _of_jenkins(source: Source) -> Iterator[Hit]:
    """``def status = sh(script: '...', returnStatus: true)``, which only messages read; or nobody keeps it."""
    if _RETURNS not in source.text:
        return
    read = Counter(
        match
        for line in source.lines
        if not _SAYS.search(line)
        for match in {one.group() for one in _WORD.finditer(line)}
    )
    for number, line in enumerate(source.lines, 1):
        match = _KEPT.search(line)
        if match is None:
            continue
        word = match.group(1)
        if not word or read[word] == 1:
            message = f"With `returnStatus` no failure ends the stage, and nothing decides by `{word or 'the status'}`."
            yield Hit(source.path, number, number, message)


def _kept(unit: Unit, *, ends: bool) -> Iterator[tuple[str, str, int]]:
    """Variables with what became of a check: a status behind ``||`` or on the next line, or the code of an answer."""
    for node in walk(unit.body):
        if isinstance(node, Chain) and node.operator == "||":
            yield from _of_status(node.right, node.left)
            yield from _of_words(node)
        elif isinstance(node, If):
            yield from _of_branches(node)
        elif isinstance(node, Command) and node.assignments and (what := _counted_failures(node)):
            yield node.assignments[0].name, what, node.line
        elif isinstance(node, Command) and not node.words and node.assignments:
            if _OBSERVES.search(unit.name) and (asked := _measured(node)):
                yield node.assignments[0].name, asked, node.line
            texts = " ".join(one.text for one in all_commands(node.substitutions))
            if _CODE.search(texts) and claims_work(f"{unit.name} {unit.context}"):
                yield node.assignments[0].name, texts, node.line
    for row in _lists(unit) if not ends else ():
        for before, after in pairwise(row):
            yield from _of_status(after, before)


def _measured(command: Command) -> str:
    """What is asked for a figure of the system."""
    return next((one.text for one in all_commands(command.substitutions) if _MEASURES.search(" ".join(one.texts))), "")


def _of_words(chain: Chain) -> Iterator[tuple[str, str, int]]:
    """``scan && state=clean || state=dirty``."""
    left = chain.left
    if not isinstance(left, Chain) or left.operator != "&&":
        return
    counted = next((one for one in all_commands((left.left,)) if whose_failure_counts(one)), None)
    names = {_alone(left.right), _alone(chain.right)}
    if counted is not None and len(names) == 1 and "" not in names:
        yield names.pop(), counted.text, chain.line


def _of_branches(node: If) -> Iterator[tuple[str, str, int]]:
    """``if scan; then state=clean; else state=dirty; fi``."""
    bodies = [*(branch.body for branch in node.branches), node.otherwise]
    counted = next((one for one in all_commands(node.branches[0].condition) if whose_failure_counts(one)), None)
    names = {_alone(body[0]) if len(body) == 1 else "" for body in bodies}
    if counted is not None and len(names) == 1 and "" not in names:
        yield names.pop(), counted.text, node.line


def _alone(node: Node) -> str:
    """The one variable that a statement sets, and does nothing else."""
    single = isinstance(node, Command) and not node.words and len(node.assignments) == 1 and not node.substitutions
    return node.assignments[0].name if single and isinstance(node, Command) else ""


def _answers(source: Source, unit: Unit) -> Iterator[Hit]:
    """Requests of what by its name checks that print the code of the answer, whatever it is."""
    if not _VERIFIES.search(unit.name):
        return
    for node in statements(unit.body):
        if not isinstance(node, Command) or node.name != "curl" or not _CODE.search(node.text):
            continue
        if any(one.target.text not in _NOWHERE for one in node.redirects):
            continue  # what is kept may be compared later
        if not any(text.startswith("--fail") or _FAILS.search(text) for text in node.texts[1:]):
            message = "The code of the answer is printed, and nothing compares it: any answer will do."
            yield Hit(source.path, node.line, node.end_line, message, unit.symbol)


def _limits(unit: Unit) -> Iterator[tuple[str, str, int]]:
    """Variables with a figure, told together with the limit for it: ``echo "coverage: $total (minimum 80%)"``."""
    taken = {each.name: one.line for one in all_commands(unit.body) if one.substitutions for each in one.assignments}
    for command in all_commands(unit.body):
        text = printed(command)
        for name in names_in((text,)) if _LIMIT.search(text) else ():
            if name in taken:
                yield name, text, command.line


def _counted_failures(command: Command) -> str:
    """The check of which a variable holds how much it found wrong: ``$(dbt test | grep -c FAIL || true)``."""
    if not any(
        one.name in ("grep", "wc") and {"-c", "-l"} & set(one.texts) for one in all_commands(command.substitutions)
    ):
        return ""
    checks = (one.text for one in all_commands(command.substitutions) if checks_something(one))
    return next(checks, "")


def _lists(unit: Unit) -> Iterator[tuple[Node, ...]]:
    yield unit.body
    yield from (children(one) for one in walk(unit.body) if not isinstance(one, Command | Chain))


def _of_status(node: Node, failing: Node) -> Iterator[tuple[str, str, int]]:
    kept = _status(node)
    counted = next((one for one in all_commands((failing,)) if whose_failure_counts(one)), None)
    if kept is not None and counted is not None:
        yield kept.name, counted.text, node.line


def _status(node: Node) -> Assignment | None:
    if not isinstance(node, Command) or node.words or not node.assignments:
        return None
    return next((one for one in node.assignments if one.value.text in _STATUS), None)


_HEAD = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="AUD524",
    name="outcome-only-printed",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does something decide by the outcome of every check that a script keeps?",
    why="`pytest || status=$?` makes every run green unless somebody asks for the status later on.",
    limits="Statuses of test runners, scanners, deployments and scripts that by their names check, and the codes of HTTP answers in what by its name checks; programs that read other files in are left alone.",
    fix='End with the status (`exit "$status"`), or compare the code and fail.',
    since="0.9.0",
    effort=10,
    reads=SHELL_READERS,
    triggers=(
        "$?",
        "_code",
        "returnstatus",
        "grep -c",
        "wc -l",
        "http_code",
        "&&",
        "then",
        "minimum",
        "maximum",
        "threshold",
        "limit",
        "required",
        "budget",
        "$(",
        "at least",
        "at most",
    ),
    check_file=_check,
    examples=(
        Example(
            title="a figure that is observed and printed, and one that decides",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Observe canary\n        run: |\n          rate=$(curl -s https://metrics.shop.io/errors)\n          echo "error rate $rate"\n      - name: Watch the canary\n        run: |\n          rate=$(curl -s https://metrics.shop.io/errors)\n          [ "$rate" -lt 5 ]\n',
            },
            found=(".github/workflows/go.yml:8",),
        ),
        Example(
            title="a word and a limit by which something is decided, and a request that fails",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          govulncheck ./... && state=clean || state=dirty\n          [ $state = clean ]\n      - run: |\n          total=$(go tool cover -func=c.out | tail -1)\n          echo "coverage $total (minimum 80%)"\n          [ $total -ge 80 ] || exit 1\n      - name: Smoke\n        run: |\n          curl -sf https://shop.io/healthz -o /dev/null -w "%{http_code}\\n"\n          curl -s --fail-with-body https://shop.io/healthz -w "%{http_code}\\n"\n          curl -s https://shop.io/healthz -o /dev/null -w "%{http_code}\\n" > code.txt\n          grep -q 200 code.txt\n',
            },
        ),
        Example(
            title="a word for the outcome, a limit that is told, codes that are printed, and failures that are counted",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          govulncheck ./... && state=clean || state=dirty\n          echo "scan: $state"\n      - run: |\n          total=$(go tool cover -func=c.out | tail -1)\n          echo "coverage $total (minimum 80%)"\n      - name: Smoke\n        run: |\n          curl -s https://shop.io/healthz -o /dev/null -w "%{http_code}\\n"\n',
                "ops/gate.sh": '#!/bin/bash\nset -e\ngate() {\n  local bad\n  bad=$(dbt test --quiet | grep -c FAIL || true)\n  echo "$bad failures"\n}\nif pytest tests; then\n  word=good\nelse\n  word=bad\nfi\necho "$word"\ngate\n',
            },
            found=(
                ".github/workflows/go.yml:7",
                ".github/workflows/go.yml:11",
                ".github/workflows/go.yml:14",
                "ops/gate.sh:5",
                "ops/gate.sh:8",
            ),
        ),
        Example(
            title="a status that nobody reads, one that is printed, and a code that is printed",
            files={
                ".github/workflows/ci.yml": f"{_HEAD}      - name: Integration\n        run: |\n          pytest tests/integration || outcome=$?\n          echo done\n",
                "ops/smoke.sh": '#!/bin/bash\nnpm run e2e\nrc=$?\necho "e2e ended with $rc"\nfor path in a b; do\n  code=$(curl -s -o /dev/null -w \'%{http_code}\' "https://shop.io/$path")\n  echo "$path: $code"\ndone\n',
            },
            found=(".github/workflows/ci.yml:8", "ops/smoke.sh:3", "ops/smoke.sh:6"),
        ),
        Example(
            title="statuses of Jenkins: one that is said, one that nobody keeps, and one that counts",
            files={
                "Jenkinsfile": "pipeline {\n  agent any\n  stages {\n    stage('Check') {\n      steps {\n        script {\n          def found = sh(script: 'make lint', returnStatus: true)\n          echo \"lint gave ${found}\"\n          sh(script: 'make test', returnStatus: true)\n          def ended = sh(script: 'make e2e', returnStatus: true)\n          if (ended != 0) { error 'e2e' }\n          waitUntil {\n            sh(script: 'curl -f shop', returnStatus: true) == 0\n          }\n        }\n      }\n    }\n  }\n}\n",
            },
            found=("Jenkinsfile:7", "Jenkinsfile:9"),
        ),
        Example(
            title="statuses by which something is decided, and one of a question",
            files={
                ".github/workflows/ci.yml": f"{_HEAD}      - run: |\n          pytest tests || outcome=$?\n          exit ${{outcome:-0}}\n",
                "ops/smoke.sh": "#!/bin/bash\nnpm run e2e\nrc=$?\nif [ $rc -ne 0 ]; then\n  exit 1\nfi\ngrep -q shop hosts\nfound=$?\necho $found\ncode=$(curl -s -w '%{http_code}' https://shop.io)\n[ \"$code\" = 200 ] || exit 1\n",
            },
        ),
    ),
)
