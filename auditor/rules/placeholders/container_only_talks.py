"""AUD140: a container that only prints or sleeps where work is expected."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.base import ParseFailure
from auditor.facts.compose_file import ComposeFile
from auditor.facts.container_programs import ContainerPrograms
from auditor.facts.kubernetes_containers import ContainerSpec, KubernetesContainers
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_work
from auditor.facts.shell_program import all_commands
from auditor.facts.shell_reader import read_shell
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash", "ash"})
_SAYS = frozenset({"echo", "printf"})
_IDLE = _SAYS | {"sleep", "true", ":", "date", "exit", "set"}
_WORK = pattern(
    r"(?i)wait|ready|check|verif|back-?up|dump|restore|migrat|schema|seed|init|export|import|sync|test|clean|archiv|rotat|snapshot"
)
"""Names of containers of which something is expected before they end, so that sleeping alone is not what they are for."""
_MEANT = pattern(
    r"(?i)debug|dummy|pause|placeholder|hello|example|demo|keep-?alive|sidecar-test|image-?pull|pre-?pull|pre-?load"
)


_INTERPRETERS = frozenset({"node", "python", "python3", "ruby", "perl", "bun"})
_ONLY_SAYS = pattern(r"^(?:console\.log|print|puts)\s*\(?\s*(?:'[^']*'|\"[^\"]*\")\s*\)?;?$")
_KEY = pattern(r"^  ([\w.-]+):\s*$")
_IDLES = pattern(
    r"^\s+(?:command|entrypoint):\s*\[?[\"']?(?:tail[\"',\s]+-[fF][\"',\s]+/dev/null|sleep[\"',\s]+(?:infinity|inf)\b)[\"']?\]?\s*$"
)
_PRINTS = pattern(r"^\s+(?:command|entrypoint):\s*\[?\s*[\"']?(?:/bin/)?(?:echo|printf|true)\b[^&;|>]*$")
_WORKS = pattern(
    r"(?i)worker|backup|cron|scheduler|exporter|shipper|migrat|consumer|collector|forwarder|replicat|monitor|alert|sync|archiv|processor|ingest|reaper|cleaner"
)


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(KubernetesContainers)
    if fact is None and source.fact(ComposeFile) is not None and ".devcontainer" not in source.path:
        yield from _in_compose(source)
    for one in fact.containers if fact is not None else ():
        for words, line in one.hook_commands:
            if _only_says(words):
                message = f"A hook of the container {one.name!r} only prints."
                yield Hit(source.path, line, line, message, one.name, Severity.MEDIUM)
        if len(one.words) == 1 and one.words[0].rpartition("/")[2] == "true" and claims_work(one.name):
            message = f"The container {one.name!r} does nothing: its command is `true`."
            yield Hit(source.path, one.command_line, one.command_line, message, one.name)
        if one.words and not _MEANT.search(one.name) and _only_talks(one):
            message = (
                f"The container {one.name!r} does none of the work it is named for: it prints or sleeps, and ends well."
            )
            yield Hit(source.path, one.command_line, one.command_line, message, one.name)


def _in_compose(source: Source) -> Iterator[Hit]:
    """Services of a composition that print from time to time, or wait for ever under a name of work."""
    given = source.fact(ContainerPrograms)
    for one in given.items if given is not None else ():
        names = {command.name for command in all_commands(one.program.body)}
        if names & _SAYS and names <= _IDLE | {"sleep", "["} and not _MEANT.search(one.name):
            message = f"The service {one.name!r} only prints that it did its work."
            yield Hit(source.path, one.program.line, one.program.end_line, message, one.name)
    name = ""
    for number, line in enumerate(source.lines, 1):
        key = _KEY.search(line)
        name = key.group(1) if key is not None else name
        if _PRINTS.search(line) and name and not _MEANT.search(name):
            message = f"The service {name!r} only prints: it does nothing of what it is named for."
            yield Hit(source.path, number, number, message, name, Severity.MEDIUM)
        if _IDLES.search(line) and _WORKS.search(name) and not _MEANT.search(name):
            message = f"The service {name!r} is started to wait for ever: it does nothing of what it is named for."
            yield Hit(source.path, number, number, message, name, Severity.MEDIUM)


def _only_says(words: tuple[str, ...]) -> bool:
    """Whether a hook prints and does not even wait."""
    text = words[-1] if len(words) > 1 and words[0] in _SHELLS else " ".join(words)
    try:
        names = {command.name for command in all_commands(read_shell(text).body)}
    except ParseFailure:
        return False
    return bool(names & _SAYS) and names <= _SAYS | {"true", "exit", ":"} and ">" not in text


def _only_talks(one: ContainerSpec) -> bool:
    name = one.words[0].rpartition("/")[2]
    if name in _SAYS or (name in _INTERPRETERS and len(one.words) > 2 and _ONLY_SAYS.search(one.words[-1].strip())):  # noqa: PLR2004 - program, option and text
        return True
    if name == "sleep":
        return _WORK.search(one.name) is not None and "infinity" not in one.words
    if one.words[0] not in _SHELLS or not any(word.startswith("-") and word.endswith("c") for word in one.words[1:]):
        return False
    try:
        commands = [command for command in all_commands(read_shell(one.words[-1]).body) if command.name]
    except ParseFailure:
        return False
    names = {command.name for command in commands}
    return bool(_SAYS & names) and names <= _IDLE and "infinity" not in one.words[-1]


_POD = (
    "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: shop-restore\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n"
    "          initContainers:\n            - name: wait-for-store\n              image: busybox:1.36\n              command: ['sh', '-c', '{first}']\n"
    "          containers:\n            - name: restore\n              image: shop:1.0\n              command: ['sh', '-c', '{second}']\n"
)

RULE = Rule(
    id="AUD140",
    name="container-only-talks",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every container of the manifests do the work that it is there for?",
    why="A job that prints 'restore check passed' each night is green each night; an init container that sleeps and says 'database ready' has asked no database.",
    limits="Judged are the commands of containers in Kubernetes manifests and Helm templates that consist of printing and sleeping, and nothing else; containers named for debugging or demonstration are left alone.",
    fix="Run the check or the work; wait for a service by asking it.",
    since="0.3.0",
    effort=60,
    reads=frozenset({"kubernetes-containers", "compose"}),
    triggers=(
        "echo",
        "printf",
        "sleep",
        "version",
        "touch",
        "/dev/null",
        "infinity",
        "true",
        "console.log",
        "print",
        "puts",
    ),
    check_file=_check,
    examples=(
        Example(
            title="a wait for a schema that is a sleep, and one that is named for sleeping",
            files={
                "k8s/wait.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\nspec:\n  initContainers:\n    - name: wait-for-schema\n      image: shop:1.0\n      command: ['sleep', '5']\n    - name: slow-start\n      image: shop:1.0\n      command: ['sleep', '5']\n"
            },
            found=("k8s/wait.yaml:9",),
        ),
        Example(
            title="a scheduler that prints",
            files={
                "compose.yaml": 'services:\n  beat:\n    image: shop:1\n    command: echo "beat disabled"\n  web:\n    image: shop:1\n    command: echo ready && shop serve\n',
            },
            found=("compose.yaml:4",),
        ),
        Example(
            title="a program of one line that prints, and one that works",
            files={
                "k8s/job.yaml": "apiVersion: batch/v1\nkind: Job\nspec:\n  template:\n    spec:\n      containers:\n        - name: export\n          image: shop:1\n          command: [node, -e, \"console.log('export finished')\"]\n        - name: other\n          image: shop:1\n          command: [node, -e, \"require('./export')()\"]\n",
            },
            found=("k8s/job.yaml:9",),
        ),
        Example(
            title="a service that ticks, one that waits for ever, one that waits for whoever develops, and a hook that only says something",
            files={
                "compose.yaml": 'services:\n  backup:\n    image: postgres:16\n    command: [sh, -c, "while true; do echo tick; sleep 3600; done"]\n  log-shipper:\n    image: busybox\n    entrypoint: ["tail", "-f", "/dev/null"]\n  dev:\n    image: shop:1\n    command: sleep infinity\n',
                "k8s/shop.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\nspec:\n  containers:\n    - name: shop\n      image: shop:1\n      lifecycle:\n        preStop:\n          exec:\n            command: [sh, -c, echo draining]\n    - name: other\n      image: shop:1\n      lifecycle:\n        preStop:\n          exec:\n            command: [sh, -c, 'echo draining; sleep 5']\n    - name: migrate\n      image: shop:1\n      command: ['true']\n",
            },
            found=(
                "compose.yaml:4",
                "compose.yaml:7",
                "k8s/shop.yaml:12",
                "k8s/shop.yaml:21",
            ),
        ),
        Example(
            title="a container that is there to have its image pulled",
            files={
                "k8s/pull.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pull\nspec:\n  initContainers:\n    - name: image-pull-shop\n      image: shop:1.0\n      command: ['sh', '-c', 'echo pulled']\n"
            },
        ),
        Example(
            title="a wait that asks nobody, and a restore in words",
            files={"k8s/restore.yaml": _POD.format(first="sleep 15 && echo store is up", second="echo restored")},
            found=("k8s/restore.yaml:13", "k8s/restore.yaml:17"),
        ),
        Example(
            title="a wait that asks, and work with a word about it",
            files={
                "k8s/restore.yaml": _POD.format(
                    first="until nc -z store 5432; do sleep 1; done; echo up", second="echo restoring; /app/restore"
                )
            },
        ),
    ),
)
