"""AUD793: a schedule, route or caller names a Celery task that no module defines."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.facts.task_names import lost_references
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SAYS = {
    "beat": "The schedule names the task `{}`, which nothing registers: it is sent on time, and refused by every worker.",
    "route": "The route is for `{}`, and no task is registered so: what it was meant for goes to the default queue.",
    "send": "The task `{}` is sent, and nothing registers it: every worker refuses it.",
    "include": "The application includes the module `{}`, which is not there: no worker starts.",
}


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for path, one in lost_references(facts):
        yield Hit(path, one.line, one.line, _SAYS[one.use].format(one.name), one.name)


_TASKS = "from celery import shared_task\n\n\n@shared_task\ndef clean():\n    return 1\n\n\n@shared_task(name='send_mail')\ndef send_mail_task():\n    return 1\n"

RULE = Rule(
    id="AUD793",
    name="unknown-task",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every task registered that schedules, routes and callers name?",
    why="Celery looks tasks up by name when they run: a clean-up whose name has a slip is sent every night, and never done.",
    limits=(
        "Judged are literal names that are bare or begin with a package of the repository. Nothing is said where any task is registered under a name "
        "that is made at run time."
    ),
    fix="Name the task as it is registered, or register it under this name.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"celery-tasks"}),
    check_repository=_check,
    examples=(
        Example(
            title="names that differ from those of the tasks",
            files={
                "shop/__init__.py": "",
                "shop/tasks.py": _TASKS,
                "shop/main.py": (
                    "from celery import Celery\n\napp = Celery('shop', include=[\n    'shop.tasks',\n    'shop.mail',\n])\napp.conf.update(\n    task_routes={\n"
                    "        'shop.tasks.clean': {'queue': 'low'},\n        'shop.mail.*': {'queue': 'mail'},\n    },\n    beat_schedule={\n"
                    "        'clean': {'task': 'shop.tasks.clean', 'schedule': 60},\n        'mail': {'task': 'shop.tasks.send_mail_task', 'schedule': 60},\n"
                    "        'all': {'task': 'clean_all', 'schedule': 60},\n    },\n)\n"
                ),
            },
            found=("shop/main.py:5", "shop/main.py:10", "shop/main.py:14", "shop/main.py:15"),
        ),
        Example(
            title="names as they are registered, and those of others",
            files={
                "backend/shop/__init__.py": "",
                "backend/shop/tasks.py": _TASKS,
                "backend/shop/main.py": (
                    "from celery import Celery\n\napp = Celery('shop', include=['shop.tasks', 'library.tasks'])\napp.conf.task_routes = {'shop.tasks.*': {'queue': 'low'}, '*': {'queue': 'x'}}\n"
                    "app.conf.beat_schedule = {\n    'a': {'task': 'shop.tasks.clean'},\n    'b': {'task': 'send_mail'},\n    'c': {'task': 'celery.backend_cleanup'},\n"
                    "    'd': {'task': 'library.tasks.sync'},\n}\napp.send_task('send_mail')\n"
                ),
            },
        ),
    ),
)
