"""AUD483: a task of Ansible that delivers or checks may fail without anybody noticing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.ansible import AnsibleFile, AnsibleTask
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COMMANDS = frozenset({"command", "shell", "raw", "script"})
_DELIVERS = pattern(
    r"(?i)\bcompose\b.*\bup\b|\bdocker (?:run|service|stack|load|pull)\b|\bsystemctl\b.*\b(?:start|restart|reload|enable)\b|\bkubectl (?:apply|rollout|set)\b|"
    r"\bhelm (?:install|upgrade)\b|\balembic\b|\bmigrate\b|\b(?:pg_dump|pg_restore|mysqldump|restic|borg)\b|\b(?:deploy|restore|backup|rollback|migrat\w+|rotate)[\w-]*(?:\.sh|\.py)?\b"
)
_STARTS = frozenset(
    {
        "docker_compose", "docker_compose_v2", "docker_container", "docker_image", "docker_stack", "docker_swarm_service", "systemd",
        "systemd_service", "service", "k8s", "helm", "git", "synchronize", "postgresql_db", "mysql_db", "django_manage", "s3_object", "copy",
        "template", "unarchive", "ufw", "firewalld", "iptables",
    }
)  # fmt: skip
_CHECKS = frozenset({"uri", "wait_for", "assert"})
_CHECK = pattern(r"(?i)\b(?:health|healthy|ready|readiness|smoke|verify|validate)\b|\bcurl\b.*https?://")
_TAKES_ERRORS = pattern(r"(?:^|[\s,\[])200[\s,].*\b50[0-9]\b")
_UNDOES = pattern(
    r"(?i)\b(?:stop\w*|remove\w*|delete\w*|clean\w*|kill|prune|disable|drop|old|previous|legacy|existing|if (?:it |they )?exists?|if present|absent|down|gather|list|check (?:if|whether))\b"
)
_GONE = frozenset({"absent", "stopped", "down"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(AnsibleFile):
        for task in fact.tasks if file.role is Role.SHIPPED else ():
            if task.module == "uri" and _TAKES_ERRORS.search(task.text):
                message = f"The task `{task.name[:60]}` is content with the answer of a server that fails."
                yield Hit(file.path, task.module_line, task.module_line, message, task.name)
            line = task.ignores or task.never_fails
            if not line or _is_judged(task, fact) or _UNDOES.search(task.name) or task.state in _GONE:
                continue
            what = _promise(task)
            if what:
                message = f"The task `{(task.name or task.module)[:60]}` {what}, and its failure is ignored: the play goes on as if it had succeeded."
                yield Hit(file.path, line, line, message, task.name)


def _is_judged(task: AnsibleTask, fact: AnsibleFile) -> bool:
    """Whether something may look at the result; in a role, that may be another of its files."""
    return (task.judged and not task.only_told) or (bool(task.registers) and not fact.is_playbook)


def _promise(task: AnsibleTask) -> str:
    if task.module in _CHECKS:
        return "checks"
    if task.module in _STARTS:
        return "delivers"
    if task.module in _COMMANDS and not _UNDOES.search(task.text):
        if _DELIVERS.search(task.text):
            return "delivers"
        return "checks" if _CHECK.search(task.text) or _CHECK.search(task.name) else ""
    return ""


def _play(task: str, more: str = "") -> str:
    return f"- hosts: shop\n  tasks:\n    - name: Task\n{task}{more}"


RULE = Rule(
    id="AUD483",
    name="task-failure-ignored",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a play stop where a task that delivers or checks fails?",
    why="`failed=0` stands under the play, and the application was never started.",
    limits="Judged are tasks that start, migrate, copy, save or check, by module or command, whose result nothing else looks at. Tasks that stop or remove something, or look whether it is there, may fail.",
    fix="Strike `ignore_errors` and `failed_when: false`, or register the result and judge it.",
    since="0.4.0",
    effort=15,
    reads=frozenset({"ansible"}),
    check_repository=_check,
    examples=(
        Example(
            title="a smoke test that takes errors, and one that takes a redirect",
            files={
                "deploy/smoke.yml": "- hosts: shop\n  tasks:\n    - name: Smoke test\n      uri:\n        url: http://127.0.0.1/health\n        status_code: [200, 404, 500, 503]\n    - name: Other test\n      uri:\n        url: http://127.0.0.1/health\n        status_code: [200, 301]\n",
            },
            found=("deploy/smoke.yml:4",),
        ),
        Example(
            title="an answer that only a message reads",
            files={
                "deploy/check.yml": "- hosts: shop\n  tasks:\n    - name: Wait until it is ready\n      uri:\n        url: http://127.0.0.1/health\n      register: answer\n      ignore_errors: true\n    - name: Tell\n      debug:\n        msg: it is not ready\n      when: answer is failed\n",
            },
            found=("deploy/check.yml:7",),
        ),
        Example(
            title="a start, a migration and a check",
            files={
                "deploy/start.yml": _play("      command: docker compose up -d\n      ignore_errors: true\n"),
                "deploy/migrate.yml": _play(
                    "      ansible.builtin.shell: ./manage.py migrate\n      failed_when: false\n"
                ),
                "deploy/check.yml": _play(
                    "      uri:\n        url: http://127.0.0.1/health\n      register: answer\n      until: answer.status == 200\n      ignore_errors: yes\n"
                ),
                "roles/web/tasks/main.yml": "- block:\n    - name: Run it\n      service:\n        name: shop\n        state: started\n      ignore_errors: true\n",
            },
            found=("deploy/check.yml:8", "deploy/migrate.yml:5", "deploy/start.yml:5", "roles/web/tasks/main.yml:6"),
        ),
        Example(
            title="a result that is looked at, a removal, and a question",
            files={
                "deploy/check.yml": _play(
                    "      uri:\n        url: http://127.0.0.1/health\n      register: answer\n      ignore_errors: true\n",
                    "    - fail:\n        msg: down\n      when: answer.status != 200\n",
                ),
                "deploy/stop.yml": _play(
                    "      service:\n        name: shop\n        state: stopped\n      ignore_errors: true\n"
                ),
                "deploy/ask.yml": _play("      command: dpkg -s nginx\n      failed_when: false\n"),
                "deploy/old.yml": "- hosts: shop\n  tasks:\n    - name: Remove the old unit\n      command: systemctl reload shop\n      ignore_errors: true\n",
            },
        ),
    ),
)
