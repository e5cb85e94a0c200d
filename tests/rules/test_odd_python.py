"""No parser and no rule dies on Python that is valid and odd: functions of a docstring, of nothing, of one name."""

from __future__ import annotations

import pytest

from auditor.facts.registry import parsers
from auditor.facts.source import Source
from auditor.repo.inventory import memory_inventory
from auditor.rules.registry import rules

DEFINED = '''\
import asyncio
from dataclasses import dataclass


class Empty: ...


class Told:
    """Left to others."""


@dataclass
class HealthReport:
    """What was found."""

    healthy: bool = True
    score: float = 100.0


class Service:
    def __init__(self): ...

    async def {name}(self, *given, **named) -> HealthReport:
        """Left to the services."""

    def {name}_all(self): ...

    @property
    def {name}_state(self): pass

    def {name}_nothing(self):
        return

    def {name}_raise(self):
        raise


def {name}():
    """Left to others."""


def {name}_loop():
    while True: pass


def {name}_try():
    try: pass
    except Exception: ...
    finally: pass


async def {name}_with():
    async with asyncio.timeout(1): ...


def {name}_match(value):
    match value:
        case []: ...
        case _: pass


{name}_lambda = lambda *_, **__: None
'''
NAMES = (
    "verify_backup", "test_deploy", "collect_metrics", "rollback", "main", "send_alert", "purge", "x", "get_score", "archive", "migrate", "is_healthy", "require_admin",
    "calculate_rate", "predict", "health_check", "validate", "scan", "drain", "delete", "run_migration", "dry_run", "score", "error_rate", "authenticate", "save",
    "pytest_sessionfinish", "create_app", "setup_logging", "load", "get", "post", "on_startup", "restore", "publish", "encrypt", "reconcile", "status",
)  # fmt: skip


@pytest.mark.parametrize("path", ["shop/service.py", "tests/test_service.py", "tests/conftest.py", "scripts/deploy.py"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_dies_on_functions_without_a_body(path: str, name: str) -> None:
    text = DEFINED.replace("{name}", name)
    inventory, _ = memory_inventory({path: text})
    for file in inventory.files:
        source = Source(file, text.encode())
        for parser in parsers():
            if parser.accepts(file):
                parser.parse(source)
        for rule in rules():
            if rule.check_file is not None:
                assert all(hit.start_line >= 1 for hit in rule.check_file(source))
