"""AUD497: a function that saves, restores, goes back or tells people, which nothing calls and no test runs."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.operation_words import OperationWords, names_operation
from auditor.facts.python_module import PythonFunction, PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shortlists import shortlist
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role, SourceFile
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PLAIN = frozenset(
    {"staticmethod", "classmethod", "retry", "wraps", "contextmanager", "asynccontextmanager", "log_call", "timed"}
)
"""Decorators that hand a function to nobody."""
_LEAST = 2
"""Statements of a function that does something."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    mentioned = {name for _, fact in facts.of(OperationWords) for name in fact.names}
    for file, module in facts.listed(_operations):
        derived = {one.name for one in module.classes if any(base != "object" for base in one.bases)}
        for one in module.functions:
            name = one.short_name
            if name in mentioned or one.owner in derived or not _is_operation(one):
                continue
            message = f"Nothing calls {name}, and no test runs it: it is there to be relied on, and never done."
            yield Hit(file.path, one.line, one.line, message, one.name)


@shortlist(PythonModule)
def _operations(file: SourceFile, module: PythonModule) -> bool:
    return file.role is Role.SHIPPED and any(map(_is_operation, module.functions))


def _is_operation(function: PythonFunction) -> bool:
    if function.nested or function.is_test or function.statements < _LEAST or not names_operation(function.short_name):
        return False
    return all(one.rpartition(".")[2] in _PLAIN for one in function.decorators)


_BACKUP = "import subprocess\n\n\nclass Backup:\n    def create(self):\n        subprocess.run(['pg_dump', 'shop'], check=True)\n\n    def verify_backup(self, path):\n        size = path.stat().st_size\n        return size > 0\n\n\n"

RULE = Rule(
    id="AUD497",
    name="operation-never-called",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does something call every function that saves, verifies, restores, goes back or tells people?",
    why="A verification of backups that no program calls verifies none; whoever reads the code believes that it does.",
    limits="Functions of Python with the name of an operation, without a decorator that registers them, which no other text but documents mentions.",
    fix="Call it where it belongs (after the backup, in the drill), and test it, or delete it.",
    since="0.5.0",
    effort=30,
    reads=frozenset({"python-module"}),
    check_repository=_check,
    examples=(
        Example(
            title="a verification and an alert that nothing calls",
            files={
                "ops/backup.py": f"{_BACKUP}def notify_oncall(text):\n    subject = text.splitlines()[0]\n    send(subject, text)\n\n\nBackup().create()\n",
            },
            found=("ops/backup.py:13", "ops/backup.py:8"),
        ),
        Example(
            title="called, tested, named by a schedule, registered, or one of several",
            files={
                "ops/backup.py": f"{_BACKUP}@app.task\ndef run_failover(x):\n    y = x\n    return y\n\n\ndef rotate_keys(x):\n    y = x\n    return y\n\n\ndef restore_backup(x):\n    y = x\n    return y\n",
                "tests/test_backup.py": "from ops.backup import restore_backup\n\n\ndef test_restore():\n    assert restore_backup(1) == 1\n",
                "ops/run.py": "from ops.backup import Backup\n\nBackup().verify_backup('x')\n",
                "deploy/cron.yml": "jobs:\n  - call: ops.backup:rotate_keys\n",
                "ops/other.py": "class Store(Base):\n    def rollback(self):\n        self.undo()\n        self.log()\n",
            },
        ),
    ),
)
