"""AUD417: a loop waits for something, and goes on whether or not it came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.counted_commands import whose_failure_counts
from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import Effect
from auditor.facts.shell_program import (
    Chain,
    Command,
    Group,
    If,
    Loop,
    Node,
    all_commands,
    commands,
)
from auditor.facts.source import Source
from auditor.facts.work_units import ALL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COUNTS = pattern(r"^(?:\[\[?|test|\(\() .*(?:-l[te]|<)")
_VARIABLE = pattern(r"\$\{?(\w+)")
_TOO_LONG = pattern(r"^(?:\[\[?|test|\(\() .*(?:-g[te]|-eq|>=?|==)")
_COUNTED_UP = pattern(r"^\$\(\(|^\$\(expr ")
_ASKS = frozenset({
    "curl", "wget", "nc", "kubectl", "docker", "docker-compose", "pg_isready", "redis-cli", "http", "grpcurl", "systemctl", "mysqladmin", "psql", "dig",
    "nslookup", "host", "aws", "az", "gcloud", "doctl", "ssh", "mongosh", "rabbitmqctl", "cqlsh", "oc", "helm", "vault", "consul",
})  # fmt: skip


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        for block in _blocks(unit.body):
            for at, node in enumerate(block):
                if isinstance(node, Loop) and _gives_up_quietly(node, block[at + 1 :], unit):
                    message = (
                        "The loop asks again and again, and when the answer never comes the run goes on as if it had."
                    )
                    yield Hit(source.path, node.line, node.end_line, message, unit.symbol)


def _blocks(body: Sequence[Node]) -> Iterator[Sequence[Node]]:
    """The statement lists of a unit, those of its functions left out."""
    yield body
    for node in body:
        if isinstance(node, If):
            for branch in node.branches:
                yield from _blocks(branch.body)
            yield from _blocks(node.otherwise)
        elif isinstance(node, Group | Loop):
            yield from _blocks(node.body)


def _gives_up_quietly(loop: Loop, after: Sequence[Node], unit: Unit) -> bool:
    """Whether a loop over a number of attempts ends with success when none succeeded, and nothing afterwards asks."""
    inside = _gives_up_inside(loop)
    if not _is_counted(loop) and not inside:
        return False
    asked = set(_asked(loop.body))
    asked |= {one.name for one in all_commands(loop.condition) if inside and one.name in _ASKS}
    if not any(command.name == "sleep" for command in commands(loop.body)) and not _tries_again(loop):
        return False
    if not asked or _refuses(loop.body, unit):
        return False
    return not any(_looks_again(node, asked, unit) for node in after)


def _gives_up_inside(loop: Loop) -> bool:
    """``until curl ...; do [ $n -ge 30 ] && break; done``: what ends the wait is also that it took too long."""
    if loop.keyword != "until":
        return False
    for node in loop.body:
        asked = node.left if isinstance(node, Chain) and node.operator == "&&" else None
        if isinstance(node, If) and len(node.branches) == 1 and len(node.branches[0].condition) == 1:
            asked = node.branches[0].condition[0]
        leaves = (node.right,) if isinstance(node, Chain) else node.branches[0].body if isinstance(node, If) else ()
        if isinstance(asked, Command) and _TOO_LONG.search(" ".join(asked.texts)) and _breaks(leaves):
            return True
    return False


def _breaks(body: Sequence[Node]) -> bool:
    return any(one.name == "break" for one in commands(body))


def _tries_again(loop: Loop) -> bool:
    """``for i in 1 2 3; do make test && break; done``: the same check, a number of times."""
    return any(
        isinstance(one, Chain)
        and one.operator == "&&"
        and _leaves_loop((one.right,))
        and any(map(whose_failure_counts, all_commands((one.left,))))
        and not any(
            f"${loop.variable}" in text or f"${{{loop.variable}" in text
            for each in all_commands((one.left,))
            for text in each.texts
        )
        for one in loop.body
    )


def _is_counted(loop: Loop) -> bool:
    """Whether the loop goes over a number of attempts."""
    if loop.keyword == "for":
        return True
    texts = [" ".join(one.texts) for one in all_commands(loop.condition)]
    return loop.keyword == "while" and len(texts) == 1 and _COUNTS.search(texts[0]) is not None


def _asked(body: Sequence[Node]) -> Iterator[str]:
    """What the loop asks, where the answer ends the loop."""
    kept = _answers(body)
    for node in body:
        if isinstance(node, If):
            for branch in node.branches:
                if _leaves_loop(branch.body):
                    yield from (one.name for one in all_commands(branch.condition) if one.name in _ASKS)
                    yield from (asker for name in _read(branch.condition) for asker in kept.get(name, ()))
        elif isinstance(node, Chain) and node.operator == "&&" and _leaves_loop((node.right,)):
            yield from (asker for name in _read((node.left,)) for asker in kept.get(name, ()))
            yield from (
                one.name for one in all_commands((node.left,)) if one.name in _ASKS or whose_failure_counts(one)
            )
        elif isinstance(node, Chain) and node.operator == "||":
            yield from _asked((node.left,))


def _answers(body: Sequence[Node]) -> dict[str, list[str]]:
    """The variables of a loop that hold an answer, with what was asked."""
    found: dict[str, list[str]] = {}
    for command in commands(body):
        askers = [one.name for one in all_commands(command.substitutions) if one.name in _ASKS]
        for one in command.assignments if askers and not command.words else ():
            found.setdefault(one.name, []).extend(askers)
    return found


def _read(condition: Sequence[Node]) -> Iterator[str]:
    """The variables that a condition compares."""
    for command in commands(condition):
        for word in command.words:
            yield from (one.group(1) for one in _VARIABLE.finditer(word.text))


def _leaves_loop(body: Sequence[Node]) -> bool:
    return any(
        one.name == "break" or (one.name in ("exit", "return") and one.texts[1:] in ((), ("0",)))
        for one in commands(body)
    )


def _refuses(body: Sequence[Node], unit: Unit) -> bool:
    """Whether the loop itself ends the run, counts its failures or hands the verdict on."""
    answers = _answers(body)
    for one in commands(body):
        if one.name in ("exit", "return") and one.texts[1:] not in ((), ("0",)):
            return True
        kept = any(not _COUNTED_UP.search(each.value.text) for each in one.assignments if each.name not in answers)
        if one.name == "false" or (kept and not one.words) or _does_more(one, unit):
            return True
        if any("GITHUB_" in part.target.text and "SUMMARY" not in part.target.text for part in one.redirects):
            return True
    return False


def _looks_again(node: Node, asked: set[str], unit: Unit) -> bool:
    """Whether a later statement asks once more, tests something or ends the run."""
    if isinstance(node, If | Chain):
        return True
    for one in commands((node,)):
        if (
            one.name in asked
            or (one.name in ("exit", "return") and one.texts[1:] != ("0",))
            or one.name in ("false", "[", "[[", "test", "((")
            or _does_more(one, unit)
        ):
            return True
    return False


def _does_more(command: Command, unit: Unit) -> bool:
    """Whether a function of the program is called that does not only print."""
    return command.name in unit.functions and not unit.functions[command.name] <= {Effect.PRINT, Effect.SET}


RULE = Rule(
    id="AUD417",
    name="retry-without-verdict",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does a check that never succeeds end the run?",
    why="A loop of thirty attempts ends with the status of its last `sleep`: a service that never came up passes its own smoke test.",
    limits="Sees loops over a number of attempts that sleep and break when a request succeeds. A test, a further request or a function after the loop is taken for the verdict.",
    fix="After the loop, exit with a status other than 0; or break on success and test for it.",
    since="0.1.0",
    effort=10,
    reads=ALL_READERS,
    triggers=("sleep", "break"),
    check_file=_check,
    examples=(
        Example(
            title="a wait that is broken off, and one that fails then; a container that waits",
            files={
                "ops/wait.sh": "#!/bin/bash\nuntil curl -sf $URL; do\n  n=$((n+1))\n  [ $n -ge 30 ] && break\n  sleep 2\ndone\n",
                "ops/fail.sh": "#!/bin/bash\nuntil curl -sf $URL; do\n  n=$((n+1))\n  [ $n -ge 30 ] && exit 1\n  sleep 2\ndone\n",
                "k8s/pod.yaml": "apiVersion: v1\nkind: Pod\nspec:\n  initContainers:\n    - name: wait-for-redis\n      image: busybox\n      command: [sh, -c, 'for i in 1 2 3; do nc -z redis 6379 && break; sleep 2; done; echo up']\n",
            },
            found=(
                "k8s/pod.yaml:7",
                "ops/wait.sh:2",
            ),
        ),
        Example(
            title="attempts without a pause, the last of which may fail, and attempts that each try something else",
            files={
                "ops/flaky.sh": '#!/bin/bash\nfor i in 1 2 3; do\n  npm run e2e && break\n  echo "attempt $i failed"\ndone\n',
                "ops/other.sh": '#!/bin/bash\nfor one in a b; do\n  pytest "$one" && break\ndone\n',
            },
            found=("ops/flaky.sh:2",),
        ),
        Example(
            title="an action that says that it is alive whatever it heard",
            files={
                ".github/actions/smoke/action.yml": "name: Smoke\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: |\n        for _ in $(seq 10); do\n          if curl -fsS https://shop.io/health; then\n            break\n          fi\n          sleep 5\n        done\n        echo alive\n"
            },
            found=(".github/actions/smoke/action.yml:7",),
        ),
        Example(
            title="A move that says that it failed and ends with success, and attempts that are counted",
            files={
                "scripts/move.sh": (
                    "#!/bin/bash\nlog() { echo \"$*\"; }\nfor _ in $(seq 30); do\n  if curl -f https://shop.io/health; then\n    echo well\n    exit 0\n  fi\n  sleep 5\ndone\nlog 'still ill'\nexit 0\n"
                ),
                "scripts/wait.sh": (
                    "#!/bin/bash\nn=0\nwhile [ $n -lt 30 ]; do\n  if curl -f https://shop.io/health; then break; fi\n  n=$((n + 1))\n  sleep 5\ndone\necho started\n"
                ),
                "scripts/verdict.sh": (
                    "#!/bin/bash\nn=0\nwhile [ $n -lt 30 ]; do\n  curl -f https://shop.io/health && exit 0\n  n=$((n + 1))\n  sleep 5\ndone\nexit 1\n"
                ),
            },
            found=("scripts/move.sh:3", "scripts/wait.sh:3"),
        ),
        Example(
            title="a smoke test that gives up",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Smoke test\n        run: |\n"
                    "          for i in {1..30}; do\n            if curl -f https://shop.de/health; then\n              echo up\n              break\n            fi\n"
                    "            sleep 10\n          done\n"
                ),
                "wait.sh": "#!/bin/bash\nfor i in $(seq 10); do\n  pg_isready -h db && break\n  sleep 1\ndone\necho started\n",
                "failover.sh": '#!/bin/bash\nfor i in {1..30}; do\n  state=$(aws rds describe-db-instances --query x || echo unknown)\n  if [[ "$state" == available ]]; then\n    echo promoted\n    break\n  fi\n  sleep 10\ndone\necho "Failover done"\n',
            },
            found=(".github/workflows/deploy.yml:8", "wait.sh:2", "failover.sh:2"),
        ),
        Example(
            title="loops that decide",
            files={
                "wait.sh": (
                    "#!/bin/bash\nfor i in $(seq 10); do\n  if curl -f http://db; then\n    break\n  fi\n  if [ $i -eq 10 ]; then\n    exit 1\n  fi\n  sleep 1\ndone\n"
                    "for i in $(seq 10); do\n  curl -f http://api && exit 0\n  sleep 1\ndone\nexit 1\n"
                ),
                "again.sh": "#!/bin/bash\nset -e\nfor i in 1 2 3; do\n  curl -f http://db && break\n  sleep 1\ndone\ncurl -f http://db\n",
                "poll.sh": "#!/bin/bash\nfor i in 1 2 3; do\n  echo $i\n  sleep 1\ndone\n",
            },
        ),
    ),
)
