"""AUD639: a task of Ansible says that something is done, and no task does it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.ansible import AnsibleFile, AnsibleTask
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DONE = pattern(
    r"(?i)\b(?:configured|installed|enabled|activated|created|applied|started|restarted|deployed|migrated|backed up|rotated|restored|verified|validated|"
    r"hardened|provisioned|registered|notified|opened|blocked|secured|encrypted|replicated|scheduled|promoted|rolled back|tested|scanned|passed)\b"
)
_SHOWS = pattern(
    r"(?i)\b(?:show|print|display|summary|summari[sz]e|report|info\w*|message|debug|announce|output|log|next steps?|reminder|note|welcome|done|finish\w*|complete\w*)\b"
)
_WORKS = pattern(
    r"(?i)^(?:verify|check|validate|roll ?back|back ?up|restore|deploy|migrate|rotate|drain|promote|smoke|run|test|scan|revoke|fail ?over|replicate|ensure|wait for|purge|switch|upload|take)\b"
)
"""How the names of tasks begin that do something themselves."""
_WAITS = pattern(r"(?i)^(?:wait|ensure|check|run|take)\b")
_ASKS = pattern(r"(?i)\b(?:not|no|if|must|should|please|manually|already|skipp\w+|would)\b")
_WORD = pattern(r"[a-z]{4,}")
_STEM = 5


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(AnsibleFile):
        if file.role is not Role.SHIPPED:
            continue
        done = frozenset(stem for task in fact.tasks if task.module not in ("debug", "pause") for stem in _stems(task))
        for task in fact.tasks:
            if _claims(task) and not (_stems(task) - _NEUTRAL) & done:
                message = f"The task `{task.name[:60]}` only says so: nothing in this file does it."
                yield Hit(file.path, task.module_line, task.module_line, message, task.name)


def _claims(task: AnsibleTask) -> bool:
    """Whether a message without a variable tells of work, under a name that is that of work."""
    if task.module == "pause" and _WORKS.search(task.name) and not _WAITS.search(task.name):
        return True
    if task.module != "debug" or "{{" in task.text or not task.name or _ASKS.search(task.text):
        return False
    if _WORKS.search(task.name) and not _SHOWS.search(task.name):
        return True
    if task.conditional:
        return False
    return bool(_DONE.search(task.text)) and not _SHOWS.search(task.name) and not _ASKS.search(task.text)


def _stems(task: AnsibleTask) -> frozenset[str]:
    """The beginnings of the words of a task, by which forms of one word are the same."""
    return frozenset(one.group()[:_STEM] for one in _WORD.finditer(f"{task.name} {task.text}".lower()))


_NEUTRAL = frozenset(
    one[:_STEM]
    for one in [
        "configured",
        "installed",
        "enabled",
        "activated",
        "created",
        "applied",
        "started",
        "allowed",
        "successfully",
        "with",
        "from",
        "that",
        "have",
        "been",
        "rules",
        "true",
        "false",
        "production",
        "service",
    ]
)
"""Words that many tasks have and that name no subject."""


def _play(name: str, message: str, before: str = "") -> str:
    return (
        f"- hosts: shop\n  tasks:\n{before}    - name: {name}\n      ansible.builtin.debug:\n        msg: {message}\n"
    )


RULE = Rule(
    id="AUD639",
    name="task-only-talks",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every task that tells of work do it?",
    why="The play is green and says that backups are scheduled; the host has no such schedule.",
    limits="Literal messages of `debug` that tell of finished work, under a name that is not about showing something, where no other task of the file has one of their words.",
    fix="Write the task, or strike the message.",
    since="0.4.0",
    effort=45,
    reads=frozenset({"ansible"}),
    check_repository=_check,
    examples=(
        Example(
            title="a node that is drained by a pause, and a pause that is called one",
            files={
                "deploy/site.yml": "- hosts: lb\n  tasks:\n    - name: Drain node\n      pause:\n        seconds: 20\n    - name: Wait for the balancer\n      pause:\n        seconds: 20\n",
            },
            found=("deploy/site.yml:4",),
        ),
        Example(
            title="a verification and a way back in words, and a message for people",
            files={
                "deploy/site.yml": "- hosts: shop\n  tasks:\n    - name: Verify that targets are scraped\n      debug:\n        msg: All targets are up\n    - name: Roll back on failure\n      debug:\n        msg: Going to the version before\n      when: ready is failed\n    - name: Show the version\n      debug:\n        msg: Version one\n",
            },
            found=(
                "deploy/site.yml:4",
                "deploy/site.yml:7",
            ),
        ),
        Example(
            title="a schedule in words",
            files={"deploy/site.yml": _play("Nightly backups", '"Backups scheduled at 02:00"')},
            found=("deploy/site.yml:4",),
        ),
        Example(
            title="a message about what was done before, a summary, and a value",
            files={
                "deploy/backup.yml": _play(
                    "Nightly backups",
                    "Backups scheduled",
                    "    - name: Timer\n      copy:\n        src: backup.timer\n        dest: /etc/systemd/system\n",
                ),
                "deploy/summary.yml": _play("Show the summary", "Shop deployed"),
                "deploy/value.yml": _play("Version", '"{{ version }} installed"'),
                "deploy/asks.yml": _play("Certificate", "The certificate must be installed by hand"),
            },
        ),
    ),
)
