"""AUD201: a check or an operation that reports success and has done nothing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import WORK
from auditor.facts.code_graph import code_graph
from auditor.facts.python_graph import python_graph
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.claimed_work import is_excused
from auditor.rules.metrics.hollow_work import ROUTES, claims_in_vain, is_route

__all__ = ["RULE"]

_MEANS_NOTHING = "claims to {verb}, reaches no file, process, network or service, and reports success on every path"


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    yield from _in_python(facts)
    yield from _in_code(facts)


def _in_python(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for module in graph.all:
        for function in module.functions.values():
            claims = claims_in_vain(graph, module, function)
            if claims:
                verb = " or ".join(sorted(claim.value for claim in claims))
                message = f"{function.short_name} {_MEANS_NOTHING.format(verb=verb)}."
                severity = Severity.LOW if is_route(function) else None
                yield Hit(module.path, function.line, function.end_line, message, function.name, severity)


def _in_code(facts: RepositoryFacts) -> Iterator[Hit]:
    """The same in JavaScript, TypeScript and Go."""
    graph = facts.derive(code_graph)
    for work in graph.works():
        claims = work.function.claims & WORK
        if claims and work.is_hollow and graph.succeeds_always(work) and not is_excused(graph, work):
            verb = " or ".join(sorted(claim.value for claim in claims))
            message = f"{work.function.short_name} {_MEANS_NOTHING.format(verb=verb)}."
            routes = any(name.lower() in ROUTES for name in work.function.decorators)
            severity = Severity.LOW if routes else None
            yield Hit(
                work.module.path, work.function.line, work.function.end_line, message, work.function.name, severity
            )


RULE = Rule(
    id="AUD201",
    name="hollow-success",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Can every check and operation report failure?",
    why="A `verify_backup` that returns True without opening the backup is worse than none: people and gates rely on it.",
    limits="Calls of parameters, of injected objects and of libraries that are not known count as real work; hooks that subclasses override are left alone.",
    fix="Do what the name says and return what came of it; raise NotImplementedError until then.",
    since="0.1.0",
    effort=120,
    reads=frozenset({"python-module", "code-functions"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="what a constructor refuses, and one whose result is kept",
            files={
                "ids.py": "from uuid import UUID\n\n\ndef validate_id(text):\n    if isinstance(text, str):\n        UUID(text)\n    return True\n",
                "amounts.py": "def validate_amount(text):\n    kept = str(text)\n    return True\n",
            },
            found=("amounts.py:1",),
        ),
        Example(
            title="a verification that looks at nothing",
            files={
                "gates.py": "from app import gates\n\n\n@gates.register('signatures')\nasync def signature_gate():\n    signed = {'officer': True, 'owner': True}\n    return all(signed.values())\n",
                "backup.py": 'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef verify_backup(path):\n    logger.info("verifying %s", path)\n    return True\n',
            },
            found=("backup.py:6", "gates.py:5"),
        ),
        Example(
            title="through a function that it calls",
            files={
                "service.py": "import asyncio\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass HealthStatus:\n    healthy: bool\n\n\nclass Service:\n    async def _settle(self):\n        await asyncio.sleep(0.1)\n\n    async def check_health(self):\n        await self._settle()\n        return HealthStatus(healthy=True)\n"
            },
            found=("service.py:14",),
        ),
        Example(
            title="a check by its documentation",
            files={
                "service.py": 'import asyncio\n\n\nclass Monitor:\n    async def payment_gateway(self):\n        """Check the payment provider."""\n        await asyncio.sleep(0.02)\n        return HealthStatus("payments", True, 12.5, "ok")\n\n\nclass HealthStatus:\n    """The state of one service."""\n'
            },
            found=("service.py:5",),
        ),
        Example(
            title="a sign of life, which the answer is itself",
            files={
                "api.py": "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get('/livez')\nasync def liveness_check():\n    return {'status': 'alive'}\n",
                "web.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/healthz')\nasync def healthz():\n    return {'status': 'ok'}\n\n\n@app.get('/readyz')\nasync def readyz(db):\n    return await db.ping()\n",
            },
            found=(),
        ),
        Example(
            title="an injected client",
            files={
                "service.py": "class Service:\n    def __init__(self, client):\n        self.client = client\n\n    async def check_health(self):\n        await self.client.ping()\n        return True\n"
            },
            found=(),
        ),
        Example(
            title="a hook for subclasses",
            files={
                "base.py": "class Step:\n    def validate(self):\n        return True\n\n\nclass Copy(Step):\n    def validate(self):\n        return bool(self.source)\n"
            },
            found=(),
        ),
        Example(
            title="a health check in TypeScript that waits and is content",
            files={
                "src/health.ts": "export class HealthService {\n  async checkDatabase() {\n    await this.settle();\n    return { status: 'healthy', message: 'database reachable' };\n  }\n\n  private async settle() {\n    await new Promise((resolve) => setTimeout(resolve, 50));\n  }\n}\n"
            },
            found=("src/health.ts:2",),
        ),
        Example(
            title="through a function of another file",
            files={
                "src/backup.js": "const { looksFine } = require('./verdicts');\n\nasync function verifyBackup(path) {\n  console.log(`verifying ${path}`);\n  return looksFine();\n}\n\nmodule.exports = { verifyBackup };\n",
                "src/verdicts.js": "function looksFine() {\n  return { ok: true };\n}\n\nmodule.exports = { looksFine };\n",
            },
            found=("src/backup.js:3",),
        ),
        Example(
            title="a check in Go that only logs",
            files={
                "backup.go": 'package backup\n\nimport "log"\n\n// VerifyBackup verifies the newest backup.\nfunc VerifyBackup(path string) error {\n\tlog.Printf("verified %s", path)\n\treturn nil\n}\n'
            },
            found=("backup.go:6",),
        ),
        Example(
            title="a method that answers to an interface, and a check that looks",
            files={
                "validate.go": 'package config\n\nimport (\n\t"errors"\n\t"os"\n)\n\ntype Validator interface {\n\tValidate() error\n}\n\ntype Empty struct{}\n\nfunc (Empty) Validate() error { return nil }\n\nfunc CheckFile(path string) error {\n\tif _, err := os.Stat(path); err != nil {\n\t\treturn errors.New("missing")\n\t}\n\treturn nil\n}\n',
                "src/guard.ts": "import { CanVerify } from 'framework';\n\nexport class OpenGuard implements CanVerify {\n  verify() {\n    return true;\n  }\n}\n\nexport async function checkApi(client) {\n  await client.ping();\n  return true;\n}\n\nexport async function verifyAll(items, verifyOne) {\n  items.forEach(verifyOne);\n  return true;\n}\n",
            },
            found=(),
        ),
    ),
    check_repository=_check,
)
