"""AUD289: success is reported for work that keeps its failures to itself."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.facts.swallowed_work import SwallowedWork
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    honest: set[str] = set()
    swallowing: set[str] = set()
    reported = []
    for file, fact in facts.of(SwallowedWork):
        honest.update(fact.functions)
        swallowing.update(fact.swallowing)
        reported += [(file.path, one) for one in fact.reported]
    for path, one in reported:
        if one.call in swallowing and one.call not in honest:
            message = f"{one.function.rpartition('.')[2]} reports success of {one.call}, which logs every failure and tells nobody."
            yield Hit(path, one.line, one.end_line, message, one.function)


RULE = Rule(
    id="AUD289",
    name="success-after-swallowing",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a reported success rest on work that can report a failure?",
    why="The task says success, its callee has logged an exception and returned nothing: the schedule is green, and nothing is sent.",
    limits="Judged are functions that call one function of the repository, and no more, and report success; each of that name returns nothing and catches everything.",
    fix="Let the callee raise or return what came of it, and report that.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"swallowed-work"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a task whose work cannot fail",
            files={
                "app/digest.py": (
                    "class Digest:\n"
                    "    async def deliver(self):\n"
                    "        try:\n"
                    "            text = await self.build()\n"
                    "            await self.mailer.send(text)\n"
                    "        except Exception as error:\n"
                    '            log.error("digest failed: %s", error)\n'
                ),
                "app/tasks.py": (
                    "import asyncio\n"
                    "\n"
                    "from app.digest import Digest\n"
                    "\n"
                    "\n"
                    "def weekly():\n"
                    "    result = asyncio.run(Digest().deliver())\n"
                    '    return {"success": True, "result": result}\n'
                ),
            },
            found=("app/tasks.py:8",),
        ),
        Example(
            title="work that raises, or says what came of it",
            files={
                "app/digest.py": (
                    "class Digest:\n"
                    "    async def deliver(self):\n"
                    "        try:\n"
                    "            await self.mailer.send(await self.build())\n"
                    "        except Exception as error:\n"
                    '            log.error("digest failed: %s", error)\n'
                    "            raise\n"
                    "\n"
                    "    async def remind(self):\n"
                    "        try:\n"
                    '            await self.mailer.send("soon")\n'
                    "            return True\n"
                    "        except Exception:\n"
                    "            return False\n"
                ),
                "app/tasks.py": (
                    "import asyncio\n"
                    "\n"
                    "from app.digest import Digest\n"
                    "\n"
                    "\n"
                    "def weekly():\n"
                    "    asyncio.run(Digest().deliver())\n"
                    '    return {"success": True}\n'
                    "\n"
                    "\n"
                    "def daily():\n"
                    "    asyncio.run(Digest().remind())\n"
                    '    return {"success": True}\n'
                ),
            },
        ),
    ),
    check_repository=_check,
)
