"""AUD816: a record whose verdict is good before anything was asked, whatever its function is called."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.facts.verdict_records import GoodRecord, VerdictRecord, VerdictRecords
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role, SourceFile
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = list(facts.of(VerdictRecords))
    records: dict[str, list[VerdictRecord]] = {}
    for _, fact in files:
        for record in fact.records:
            records.setdefault(record.name, []).append(record)
    for file, fact in files:
        for given in fact.given:
            if any(_is_verdict(given, record) for record in records.get(given.maker, ())):
                yield Hit(file.path, given.line, given.end_line, _message(given), given.function)
    yield from _presumed(files)


def _presumed(files: list[tuple[SourceFile, VerdictRecords]]) -> Iterator[Hit]:
    """The flags that are True unless somebody says otherwise, of records that are given as they are behind a failure or on no grounds."""
    given: dict[str, list[GoodRecord]] = {}
    for _, fact in files:
        for one in fact.given:
            given.setdefault(one.maker, []).append(one)
    for file, fact in files:
        for record in fact.records:
            makers = given.get(record.name, ()) if record.line and record.good else ()
            left = next((one for one in makers if _leaves(one, record)), None)
            if left is not None:
                who = left.function.rpartition(".")[2]
                message = (
                    f"{record.name}.{record.field} is True unless somebody says otherwise, and {who} says nothing."
                )
                yield Hit(
                    file.path, record.line, record.line, message, f"{record.name}.{record.field}", Severity.MEDIUM
                )


def _leaves(given: GoodRecord, record: VerdictRecord) -> bool:
    """Whether a record is made without the field."""
    return record.good and record.field not in given.named and record.place >= given.count


def _is_verdict(given: GoodRecord, record: VerdictRecord) -> bool:
    return _leaves(given, record) or record.field in given.fields or record.place in given.places


def _message(given: GoodRecord) -> str:
    name = given.function.rpartition(".")[2]
    if given.swallows:
        return f"{name} passes over every failure of its work, and gives a {given.maker} that says all is well."
    return f"{name} gives a {given.maker} that says all is well, and has asked nothing."


RULE = Rule(
    id="AUD816",
    name="good-record-on-no-grounds",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every verdict that is given in a record rest on something?",
    why="`Vital('mailer', good=True)` stands among the answers of probes that did ask; nothing in the list tells which of them was written down.",
    limits=(
        "Judged are functions, whatever their names, that end in an object of a class of the repository with a field for a verdict, where the verdict is a literal and the function reaches "
        "nothing, or passes over every failure of what it calls; objects that are given behind the last attempt or in a handler of outages; and, of such classes, the flag that is True by default. Makers of records, called by others of the file or named so, are left alone; so is what AUD201 judges by its name."
    ),
    fix="Ask, and put the answer into the record.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"verdict-records"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a result that gets an error and stays good, and one that says that it is none",
            files={
                "ship/model.py": "from dataclasses import dataclass\n\n\n@dataclass\nclass ShipResult:\n    release: str\n    success: bool = True\n    error: str | None = None\n",
                "ship/run.py": (
                    "from ship.model import ShipResult\n\n\nasync def ship(control, release):\n    result = ShipResult(release)\n    try:\n        await control.apply(release)\n    except OSError as error:\n        result.error = str(error)\n        await control.undo(release)\n    return result\n\n\n"
                    "async def ship_other(control, release):\n    result = ShipResult(release)\n    try:\n        await control.apply(release)\n    except OSError as error:\n        result.success = False\n        result.error = str(error)\n    return result\n"
                ),
            },
            found=("ship/model.py:7", "ship/run.py:9"),
        ),
        Example(
            title="a control that is yielded as satisfied, and one that looks",
            files={
                "controls.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass Control:\n    name: str\n    satisfied: bool\n\n\n"
                    "def encrypted():\n    yield Control('encrypted', satisfied=True)\n\n\ndef signed(keys):\n    yield Control('signed', satisfied=bool(keys.list()))\n"
                )
            },
            found=("controls.py:11",),
        ),
        Example(
            title="vital signs that nobody took",
            files={
                "ops/model.py": "from typing import NamedTuple\n\n\nclass Vital(NamedTuple):\n    subject: str\n    good: bool\n    note: str = ''\n",
                "ops/vitals.py": (
                    "from ops.model import Vital\n\n\nclass Signs:\n    async def mailer(self):\n        return Vital('mailer', good=True, note='relay answers')\n\n"
                    "    async def reader(self):\n        with suppress(Exception):\n            await self.bus.request('reader.ping')\n        return Vital('reader', True)\n\n"
                    "    async def store(self):\n        try:\n            await self.pool.fetch('select 1')\n        except OSError as error:\n            log.warning('store: %s', error)\n        return Vital('store', True)\n\n"
                    "    async def search(self):\n        with suppress(TransportError):\n            await self.bus.request('search.ping')\n        return Vital('search', True)\n"
                ),
            },
            found=("ops/vitals.py:11", "ops/vitals.py:18", "ops/vitals.py:23", "ops/vitals.py:6"),
        ),
        Example(
            title="an outcome that is good unless somebody says otherwise, and nobody does",
            files={
                "ops/parts.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass PartHealth:\n    name: str\n    healthy: bool = True\n    detail: str = ''\n\n\n"
                    "class Parts:\n    async def _carriers(self, wait):\n        detail = ', '.join(f'{one}=reachable' for one in ('post', 'rail'))\n        return PartHealth('carriers', detail=detail)\n\n"
                    "    async def _stock(self):\n        return PartHealth('stock', await self.stock.ping())\n\n    async def all(self):\n        return [await self._carriers(1), await self._stock()]\n"
                )
            },
            found=("ops/parts.py:14", "ops/parts.py:7"),
        ),
        Example(
            title="a receipt after the last attempt, one in a handler, and one for what was never sent",
            files={
                "mail/model.py": "from pydantic import BaseModel\n\n\nclass MailReceipt(BaseModel):\n    outlet: str\n    delivered: bool = True\n",
                "mail/send.py": (
                    "from mail.model import MailReceipt\n\n\nclass Outlets:\n    async def carry(self, outlet, letter):\n        for attempt in range(3):\n            try:\n                return await outlet.carry(letter)\n"
                    "            except Exception as error:\n                log.warning('%s failed: %s', outlet, error)\n                await asyncio.sleep(attempt)\n        return MailReceipt(outlet=outlet.name)\n\n"
                    "    async def carry_once(self, outlet, letter):\n        try:\n            return await outlet.carry(letter)\n        except ConnectionError:\n            return MailReceipt(outlet=outlet.name)\n\n"
                    "    async def send(self, letter):\n        if not letter.urgent:\n            return MailReceipt(outlet='sms', delivered=False)\n        return MailReceipt(outlet='sms')\n\n"
                    "    async def carry_or_say(self, outlet, letter):\n        for attempt in range(3):\n            try:\n                return await outlet.carry(letter)\n            except Exception:\n                await asyncio.sleep(attempt)\n        return MailReceipt(outlet=outlet.name, delivered=False)\n"
                ),
            },
            found=("mail/model.py:6", "mail/send.py:12", "mail/send.py:18", "mail/send.py:23"),
        ),
        Example(
            title="signs that were taken, and a maker of records",
            files={
                "ops/vitals.py": (
                    "from typing import NamedTuple\n\n\nclass Vital(NamedTuple):\n    subject: str\n    good: bool\n\n\nclass Signs:\n    async def mailer(self):\n        return Vital('mailer', await self.relay.noop())\n\n"
                    "    async def store(self):\n        await self.pool.fetch('select 1')\n        return Vital('store', True)\n\n    def _seen(self, subject):\n        return Vital(subject, True)\n\n"
                    "    def both(self):\n        return [self._seen('one'), self._seen('two')]\n"
                )
            },
        ),
    ),
    check_repository=_check,
)
