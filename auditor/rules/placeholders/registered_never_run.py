"""AUD156: what is registered to be run, called or asked later, and nothing ever looks into the registry."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.filled_registries import FilledRegistries
from auditor.facts.python_mentions import PythonMentions, is_telling
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    filled = [(file, one) for file, fact in facts.of(FilledRegistries) for one in fact.items]
    wanted = {one.name for _, one in filled}
    read: dict[str, set[str]] = {}
    for file, fact in facts.of(PythonMentions) if wanted else ():
        for name in wanted.intersection(fact.names.split()):
            read.setdefault(name, set()).add(file.path)
    for file, one in filled:
        private = one.name.startswith("_")
        if not (private or is_telling(one.name)) or read.get(one.name, set()) - {file.path}:
            continue
        message = f"{one.owner} puts things into {one.name}, and nothing ever takes them out: none of them is run, called or asked."
        yield Hit(file.path, one.line, one.end_line, message, one.function)


RULE = Rule(
    id="AUD156",
    name="registered-never-run",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does something run the jobs, and call the listeners, that are registered?",
    why="`self.backup_jobs['nightly'] = Job(schedule='0 2 * * *')` is a line in a dictionary: no scheduler reads it, and no backup is ever made.",
    limits=(
        "Attributes named for jobs, schedules, listeners, checks and the like that a class fills and the repository otherwise only counts. "
        "Names of one word count where they are private; a text with the name, or a mention in another file, counts as a reader."
    ),
    fix="Hand what is registered to whatever runs it, or take the registration away.",
    since="0.7.0",
    effort=120,
    reads=frozenset({"filled-registries", "python-mentions"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="jobs that are counted, and listeners that nobody tells",
            files={
                "shop/plans.py": (
                    "class Plans:\n    def __init__(self):\n        self.backup_jobs = {}\n        self._listeners = []\n\n    def prepare(self):\n        self.backup_jobs['nightly'] = Job('0 2 * * *')\n        log.info('%d jobs', len(self.backup_jobs))\n\n"
                    "    def listen(self, one):\n        self._listeners.append(one)\n"
                ),
            },
            found=("shop/plans.py:11", "shop/plans.py:7"),
        ),
        Example(
            title="jobs that another file runs, and listeners that are told",
            files={
                "shop/plans.py": (
                    "class Plans:\n    def __init__(self):\n        self.backup_jobs = {}\n        self._listeners = []\n\n    def prepare(self):\n        self.backup_jobs['nightly'] = Job('0 2 * * *')\n\n"
                    "    def listen(self, one):\n        self._listeners.append(one)\n\n    def tell(self):\n        for one in self._listeners:\n            one()\n"
                ),
                "shop/runner.py": "def run(plans):\n    for one in plans.backup_jobs.values():\n        one.run()\n",
            },
        ),
    ),
    check_repository=_check,
)
