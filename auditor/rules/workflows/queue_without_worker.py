"""AUD480: tasks are sent to queues that no worker of a deployment consumes, or scheduled where nothing schedules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.celery_commands import CeleryCommands, WorkerCommand
from auditor.facts.celery_tasks import CeleryTasks
from auditor.facts.repository import RepositoryFacts
from auditor.facts.task_names import route_of, task_names
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DEFAULT = "celery"
_SHOWN = 3


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    wanted = _wanted(facts)
    is_scheduled = any(one.use == "beat" for _, fact in facts.of(CeleryTasks) for one in fact.references)
    for group in _deployments(facts).values():
        workers = [(path, worker) for path, fact in group for worker in fact.workers]
        if not workers:
            continue
        path, worker = workers[0]
        idle = [] if any(not one.queues for _, one in workers) else _idle(wanted, workers)
        if idle:
            names = ", ".join(f"`{name}`" for name in idle[:_SHOWN])
            more = f" and {len(idle) - _SHOWN} more" if len(idle) > _SHOWN else ""
            message = f"No worker of this deployment consumes {names}{more}, where {wanted[idle[0]]} is sent."
            yield Hit(path, worker.line, worker.line, message, idle[0])
        elif is_scheduled and not any(fact.schedules for _, fact in group):
            message = "Tasks are scheduled, and this deployment starts workers and no scheduler: none is ever sent."
            yield Hit(path, worker.line, worker.line, message, "beat")


def _deployments(facts: RepositoryFacts) -> dict[str, list[tuple[str, CeleryCommands]]]:
    """Every composition by itself, and all manifests together."""
    found: dict[str, list[tuple[str, CeleryCommands]]] = defaultdict(list)
    for file, fact in facts.of(CeleryCommands):
        found[file.path if fact.composed else ""].append((file.path, fact))
    return found


def _wanted(facts: RepositoryFacts) -> dict[str, str]:
    """The queues to which tasks of the repository are sent, each with one of its tasks."""
    names = facts.derive(task_names)
    known = [fact for _, fact in facts.of(CeleryTasks)]
    routes = [one for fact in known for one in fact.references if one.use == "route"]
    found: dict[str, str] = {}
    for name in sorted(names):
        fitting = [one for one in routes if route_of(one.name, name)]
        default = next((fact.default for fact in known if fact.default), _DEFAULT)
        queue = next((one.queue for one in fitting), default if routes else "")
        if queue:
            found.setdefault(queue, name)
    return found


def _idle(wanted: dict[str, str], workers: list[tuple[str, WorkerCommand]]) -> list[str]:
    consumed = {name for _, one in workers for name in one.queues}
    return sorted(set(wanted) - consumed)


_APP = (
    "from celery import Celery\n\napp = Celery('shop')\napp.conf.task_routes = {'shop.main.bill': {'queue': 'bills'}, 'shop.main.pack': {'queue': 'parcels'}}\n"
    "app.conf.beat_schedule = {'pack': {'task': 'shop.main.pack', 'schedule': 60}}\n\n\n@app.task\ndef bill():\n    return 1\n\n\n@app.task\ndef pack():\n    return 1\n"
)


def _compose(worker: str, *, beat: bool) -> str:
    scheduler = "  beat:\n    build: .\n    command: celery -A shop.main beat\n" if beat else ""
    return f"services:\n  worker:\n    build: .\n    command: celery -A shop.main worker{worker}\n{scheduler}"


RULE = Rule(
    id="AUD480",
    name="queue-without-worker",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do the workers of every deployment consume all queues, and does something send what is scheduled?",
    why="Tasks pile up in a queue that nobody reads: clean-ups, mails and retries never run, and nothing fails.",
    limits=(
        "Judged are commands of containers in compositions, each file by itself, and in manifests, all together. Queues are those of literal routes; "
        "a worker without `-Q` counts as one for all queues."
    ),
    fix="Name the queue with `-Q` of a worker, or start the scheduler.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"celery-commands"}),
    check_repository=_check,
    examples=(
        Example(
            title="a queue that is left out, and no scheduler",
            files={
                "shop/main.py": _APP,
                "compose.yaml": _compose(" -Q bills", beat=True),
                "k8s/worker.yaml": (
                    "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: worker\n          image: shop\n"
                    "          command: [celery, -A, shop.main, worker, '--queues=bills,parcels']\n"
                ),
            },
            found=("compose.yaml:4", "k8s/worker.yaml:8"),
        ),
        Example(
            title="workers for all queues",
            files={
                "shop/main.py": _APP,
                "compose.yaml": _compose("", beat=True),
                "compose.prod.yaml": _compose(" -Q bills,parcels -B", beat=False),
                "compose.test.yaml": _compose(" -Q $QUEUES", beat=True),
            },
        ),
    ),
)
