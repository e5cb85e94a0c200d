"""AUD239: a health command that cannot fail."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_health import health_tests
from auditor.facts.image_health import ImageHealth
from auditor.facts.kubernetes_containers import KubernetesContainers
from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, commands
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CONSTANT = pattern(r"^--health-cmd(=|\s*$)[\"']?(echo\b[^|&;$]*|true|:|exit 0|/bin/true)[\"']?$")

_TRUE = frozenset({"true", ":", "/bin/true"})
_BY_SHELL = frozenset({(shell, "-c") for shell in ("sh", "bash", "/bin/sh", "/bin/bash")})
_ALWAYS = pattern(
    r"(?s)(?:echo\b[^|&;$]*|true|:|exit 0|/bin/true|python3? -c [\"']?(?:import sys; ?)?(?:(?:sys\.)?exit\(0?\)|print\([^()]*\)|pass)[\"']?|node -e [\"']?process\.exit\(0?\)[\"']?"
    r"|.*\S\s*(?:\|\||;)\s*(?:true|:|exit 0|/bin/true)|.*\S\s*\|\|\s*echo\b[^|&;$]*)\s*"
)


def _check(source: Source) -> Iterator[Hit]:
    yield from _of_image(source)
    yield from _of_pods(source)
    yield from _of_services(source)
    for unit in units_of(source):
        yield from _of_askers(source, unit)
        for command in commands(unit.body):
            for word, following in zip(command.words, (*command.words[1:], None), strict=False):
                text = word.text
                if text == "--health-cmd" and following is not None:
                    text = f"--health-cmd={following.text}"
                if _CONSTANT.search(text):
                    message = f"The container is always healthy: its health command is {text.partition('=')[2]!r}."
                    yield Hit(source.path, word.line, word.line, message, unit.symbol)


def _of_askers(source: Source, unit: Unit) -> Iterator[Hit]:
    """``check "replication" true``, where the function runs the words that it is given."""
    shell = source.fact(ShellFile)
    if shell is None or unit.function:
        return
    askers = {one.name for one in shell.program.functions if any(_runs_arguments(each) for each in commands(one.body))}
    for command in commands(unit.body) if askers else ():
        if command.name in askers and len(command.texts) > 2 and command.texts[-1] in _TRUE:  # noqa: PLR2004 - a name and the command
            message = f"The check {command.texts[1]!r} always succeeds: its command is {command.texts[-1]!r}."
            yield Hit(source.path, command.line, command.end_line, message, command.texts[1])


def _runs_arguments(command: Command) -> bool:
    return bool(command.words) and command.words[0].text in ("$@", "${@}", "$*")


def _of_image(source: Source) -> Iterator[Hit]:
    """HEALTHCHECK instructions of a Dockerfile."""
    fact = source.fact(ImageHealth)
    for one in fact.commands if fact is not None else ():
        if _ALWAYS.fullmatch(one.text):
            message = f"The container is always healthy: its health command is {one.text!r}."
            yield Hit(source.path, one.line, one.end_line, message, "HEALTHCHECK")


def _of_pods(source: Source) -> Iterator[Hit]:
    """Probes of Kubernetes that run a command."""
    fact = source.fact(KubernetesContainers)
    for one in fact.containers if fact is not None else ():
        for words, line in one.probe_commands:
            text = " ".join(words[2:] if words[:2] in _BY_SHELL else words)
            if _ALWAYS.fullmatch(text):
                message = f"The probe of {one.name!r} always succeeds: its command is {text!r}."
                yield Hit(source.path, line, line, message, one.name)


def _of_services(source: Source) -> Iterator[Hit]:
    """Health checks of compose files."""
    for one in health_tests(source):
        if _ALWAYS.fullmatch(one.text):
            message = f"The service {one.service!r} is always healthy: its check is {one.text[:80]!r}."
            yield Hit(source.path, one.line, one.end_line, message, one.service)


RULE = Rule(
    id="AUD239",
    name="constant-health-command",
    category=Category.MOCKED_METRIC,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    question="Does every health command of a container ask the container?",
    why="A health command that only prints is always healthy: rollouts wait for it, and learn nothing.",
    limits="Read are --health-cmd of docker and podman, HEALTHCHECK of Dockerfiles, probes of Kubernetes that run a command, and checks of compose files.",
    fix="Ask an endpoint of the service, with a timeout.",
    since="0.1.0",
    effort=20,
    reads=frozenset(
        {
            "shell",
            "gitlab-ci",
            "pipeline",
            "github-action",
            "github-workflow",
            "image-health",
            "kubernetes-containers",
            "compose",
        }
    ),
    triggers=("--health-cmd", "healthcheck", "exec", "$@", "$*"),
    check_file=_check,
    examples=(
        Example(
            title="one of the checks of a script is the command true",
            files={
                "ops/health.sh": '#!/bin/bash\nbad=0\ncheck() {\n  local name="$1"; shift\n  if "$@" >/dev/null; then\n    echo "ok $name"\n  else\n    bad=1\n  fi\n}\n'
                'check "api" curl -fsS "$API/health"\ncheck "replication" true\nsay "this is" true\nexit $bad\n',
            },
            found=("ops/health.sh:12",),
        ),
        Example(
            title="a probe of Kubernetes that asks nothing",
            files={
                "k8s/shop.yaml": (
                    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\nspec:\n  containers:\n    - name: shop\n      image: shop:1.0\n      livenessProbe:\n        exec:\n          command: ['sh', '-c', 'exit 0']\n"
                    "      readinessProbe:\n        exec:\n          command: ['/app/ready']\n"
                )
            },
            found=("k8s/shop.yaml:11",),
        ),
        Example(
            title="services that are healthy whatever they answer, and one that is asked",
            files={
                "compose.yaml": (
                    'services:\n  api:\n    image: shop:1.0\n    healthcheck:\n      test: ["CMD", "true"]\n  web:\n    image: web:1.0\n    healthcheck:\n'
                    "      test: curl -f http://localhost/health || exit 0\n  mail:\n    image: mail:1.0\n    healthcheck:\n"
                    '      test: ["CMD-SHELL", "curl -f http://localhost/health || exit 1"]\n  old:\n    image: old:1.0\n    healthcheck:\n      test: ["NONE"]\n'
                )
            },
            found=("compose.yaml:5", "compose.yaml:9"),
        ),
        Example(
            title="A health command that prints",
            files={"scripts/run.sh": 'docker run -d \\\n  --health-cmd="echo healthy" \\\n  api:2\n'},
            found=("scripts/run.sh:2",),
        ),
        Example(
            title="Images that are always healthy",
            files={
                "Dockerfile": "FROM alpine:3.20\nHEALTHCHECK --interval=5s CMD exit 0\n",
                "db/Dockerfile": 'FROM alpine:3.20\nRUN true\nHEALTHCHECK CMD ["/bin/true"]\n',
            },
            found=("Dockerfile:2", "db/Dockerfile:3"),
        ),
        Example(
            title="An image that asks",
            files={
                "Dockerfile": "FROM alpine:3.20\nHEALTHCHECK CMD wget -q http://localhost:8000/health || exit 1\n",
                "db/Dockerfile": "FROM alpine:3.20\nHEALTHCHECK NONE\n",
            },
        ),
        Example(
            title="A health command that asks",
            files={
                "scripts/run.sh": 'docker run -d \\\n  --health-cmd="curl -f http://localhost:8000/health || exit 1" \\\n  api:2\n'
            },
        ),
    ),
)
