"""AUD465: what was released elsewhere is looked for on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_effects import Effect, effect_of, function_effects
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LOCAL = pattern(r"(?i)^[\"']?https?://(?:localhost|127\.0\.0\.1)(?:[:/]|$)")
_ELSEWHERE = pattern(
    r"(?i)^(?:ssh|autossh) .*\b(?:docker|systemctl|service|kubectl|pm2|restart|deploy|up -d|supervisorctl)\b|^(?:kubectl|oc) (?:.* )?(?:apply|set image|rollout (?:undo|restart)|patch)\b|^helm (?:.* )?(?:upgrade|install|rollback)\b|"
    r"^aws ecs update-service\b|^gcloud run deploy\b|^az (?:webapp|containerapp) |^ansible-playbook\b|^(?:flyctl|fly) deploy\b|^docker stack deploy\b"
)
_BRINGS_NEAR = pattern(
    r"(?i)port-forward|\btunnel\b|^ssh .*-\w*[LD]\b|^(?:docker|podman)(?:-compose| compose)? (?:.* )?(?:up|run|start|restart)\b|^(?:sudo )?(?:systemctl|service) .*\b(?:start|restart|reload)\b|\b(?:kind|minikube|k3d|microk8s|k3s)\b|docker-desktop|"
    r"\b(?:uvicorn|gunicorn|runserver|npm (?:run )?(?:start|dev)|yarn (?:start|dev)|pm2|flask run|nohup|java -jar|go run|cargo run|vault|make|just)\b|^(?:bash|sh) |^\./|proxy"
)
_TALKS = frozenset({"echo", "printf", "cat", "open", "xdg-open", "export"})


def _check(source: Source) -> Iterator[Hit]:
    shell = source.fact(ShellFile)
    if shell is not None:
        functions = function_effects(shell.program)
        found = [one for one in all_commands(shell.program.body) if effect_of(one, functions) is not Effect.PRINT]
        yield from _in_program(source, found, "")
    for job in jobs_of(source):
        if job.services or not job.hosted or any(_BRINGS_NEAR.search(step.uses.text) for step in job.steps):
            continue
        commands = [one for step in job.steps for one in all_commands(step.program.body if step.program else ())]
        yield from _in_program(source, commands, job.id)


def _in_program(source: Source, commands: Sequence[Command], symbol: str) -> Iterator[Hit]:
    texts = [" ".join(command.texts) for command in commands]
    first = next((at for at, text in enumerate(texts) if _ELSEWHERE.search(text)), None)
    if first is None or any(_BRINGS_NEAR.search(text) for text in texts if not text.startswith("ssh ") or "-L" in text):
        return
    for command in commands[first:]:
        asked = next((text for text in command.texts[1:] if _LOCAL.search(text)), "")
        if asked and command.name not in _TALKS and command.name != "ssh" and not _is_given(command):
            message = f"{asked.strip(chr(34))[:60]!r} is asked on this machine; what was released runs on another one."
            yield Hit(source.path, command.line, command.end_line, message, symbol)


def _is_given(command: Command) -> bool:
    """Whether the address is told to something that runs there, rather than asked from here."""
    return _ELSEWHERE.search(" ".join(command.texts)) is not None or any(
        text in ("exec", "config", "set") for text in command.texts[1:4]
    )


RULE = Rule(
    id="AUD465",
    name="asked-where-nothing-runs",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is the health of a release asked where it was released?",
    why="The rollback went to another machine; the check behind it asks the laptop of whoever ran it, which answers nothing, or something else.",
    limits="Programs that deploy by ssh, to a cluster or to a provider, start nothing here, and then ask localhost; where a port is forwarded or another script runs, nothing is said.",
    fix="Ask the host that was deployed to, or run the request there (`ssh host curl ...`, `kubectl exec`).",
    since="0.4.0",
    effort=15,
    reads=frozenset({"shell", "github-workflow"}),
    triggers=("localhost", "127.0.0.1"),
    check_file=_check,
    examples=(
        Example(
            title="a rollback elsewhere, and a look at home",
            files={
                "bin/back.sh": (
                    '#!/bin/bash\n. bin/lib.sh\nHOST="$1"\nssh "$HOST" "cd /opt/shop && docker compose up -d"\nfor _ in 1 2 3; do\n  curl -f "http://localhost:8000/health" && exit 0\n  sleep 5\ndone\nexit 1\n'
                ),
                ".github/workflows/ship.yml": (
                    "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: helm upgrade shop ./chart\n      - run: curl -f http://127.0.0.1:8000/health\n"
                ),
            },
            found=(".github/workflows/ship.yml:7", "bin/back.sh:6"),
        ),
        Example(
            title="a port that is forwarded, a request that is made there, a hint, and a cluster on this machine",
            files={
                "bin/back.sh": "#!/bin/bash\nkubectl apply -f web.yml\nkubectl port-forward svc/web 8000:80 &\ncurl -f http://localhost:8000/health\n",
                "bin/there.sh": '#!/bin/bash\nssh "$1" sudo systemctl restart shop\nssh "$1" curl -f http://localhost:8000/health\necho "see http://localhost:8000"\n',
                "bin/near.sh": "#!/bin/bash\nkind create cluster\nkubectl apply -f web.yml\ncurl -f http://localhost:8000/health\n",
            },
        ),
    ),
)
