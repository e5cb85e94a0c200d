"""AUD222: a test asserts what the code has written down as its result."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.constant_results import ORDERED, ConstantResults
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    constant = _constant_fields(facts)
    for file, fact in facts.of(ConstantResults):
        for one in fact.asserted:
            if all(_is_constant(field, constant.get(function, frozenset())) for function, field in one.results):
                names = ", ".join(sorted({function for function, _ in one.results}))
                message = f"{one.test.rpartition('.')[2]} asserts what {names} gives as a literal on every path: it passes whatever happens."
                yield Hit(file.path, one.line, one.end_line, message, one.test)


def _is_constant(field: str, constant: frozenset[str]) -> bool:
    return field in constant or field.removeprefix(ORDERED) in constant


def _constant_fields(facts: RepositoryFacts) -> dict[str, frozenset[str]]:
    """By the last name of functions of which something is asserted, the fields that all of that name give as literals."""
    asserted = {name for _, fact in facts.of(ConstantResults) for one in fact.asserted for name, _ in one.results}
    found: dict[str, frozenset[str]] = {}
    for _, fact in facts.of(ConstantResults) if asserted else ():
        for one in fact.given:
            if one.function in asserted:
                fields = frozenset(one.fields)
                found[one.function] = found.get(one.function, fields) & fields
    return found


RULE = Rule(
    id="AUD222",
    name="constant-asserted",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do tests assert what the code works out?",
    why="`assert restore(missing).ok` passes because `restore` always says ok: the test keeps the fault in place.",
    limits="Judged are tests of which every assertion is on a verdict, a measurement, or the greatness of a number that each function of that name gives as a literal on every path.",
    fix="Assert what the function was to bring about, and a case in which it has to fail.",
    since="0.4.0",
    effort=60,
    reads=frozenset({"constant-results"}),
    roles=frozenset({Role.TEST}),
    examples=(
        Example(
            title="verdicts and figures that are literals",
            files={
                "ops/vault.py": (
                    "from dataclasses import dataclass\n"
                    "\n"
                    "\n"
                    "@dataclass\n"
                    "class Restored:\n"
                    "    path: str\n"
                    "    ok: bool\n"
                    "\n"
                    "\n"
                    "class Vault:\n"
                    "    async def restore(self, path):\n"
                    "        return Restored(path, True)\n"
                    "\n"
                    "    def baseline(self):\n"
                    '        return {"p95_ms": 180, "at": now()}\n'
                    "\n"
                    "\n"
                    '@check("licence")\n'
                    "def licence():\n"
                    '    return True, f"{days()} days"\n'
                ),
                "tests/test_vault.py": (
                    "from ops import vault\n"
                    "\n"
                    "\n"
                    "async def test_restore():\n"
                    '    result = await vault.Vault().restore("missing")\n'
                    "    assert result.ok\n"
                    "\n"
                    "\n"
                    "def test_baseline():\n"
                    '    assert vault.Vault().baseline()["p95_ms"] < 500\n'
                    "\n"
                    "\n"
                    "def test_licence():\n"
                    "    ok, _ = vault.licence()\n"
                    "    assert ok\n"
                ),
            },
            found=("tests/test_vault.py:13", "tests/test_vault.py:4", "tests/test_vault.py:9"),
        ),
        Example(
            title="numbers of which only the greatness is asked, a truth beside work that cannot fail, and a look at the arguments",
            files={
                "ops/region.py": (
                    "import asyncio\n\n\nclass Region:\n"
                    "    async def drain(self, name):\n        if name not in self.names:\n            raise ValueError(name)\n        await asyncio.sleep(0)\n        return 0\n\n"
                    "    async def drill(self):\n        report = Report(gap=1.5, moved=True)\n        for step in (1, 2):\n            report.steps.append(step)\n        return report\n\n"
                    "    def cancel(self, order):\n        try:\n            self.store.remove(order)\n        except KeyError:\n            return True\n        return True\n\n"
                    "    def keep(self, order):\n        self.orders.write(order)\n        return True\n\n"
                    "    def default_limits(self):\n        return {'cpu': 2, 'memory': 4}\n"
                ),
                "tests/test_region.py": (
                    "from ops.region import Region\n\n\n"
                    'async def test_drain():\n    assert await Region().drain("north") >= 0\n\n\n'
                    "async def test_drill():\n    report = await Region().drill()\n    assert report.gap < 3 and report.gap > 0\n\n\n"
                    "def test_cancel():\n    assert Region().cancel(7) is True\n\n\n"
                    "def test_keep():\n    assert Region().keep(7) is True\n\n\n"
                    'def test_limits():\n    assert Region().default_limits()["memory"] > 1\n'
                ),
            },
            found=("tests/test_region.py:4", "tests/test_region.py:8", "tests/test_region.py:13"),
        ),
        Example(
            title="results that are worked out, doubles, and other fields",
            files={
                "ops/vault.py": (
                    "class Vault:\n"
                    "    def restore(self, path):\n"
                    "        if not path.exists():\n"
                    '            return {"ok": False, "path": path}\n'
                    '        return {"ok": copy(path), "path": path}\n'
                    "\n"
                    "    def verify(self):\n"
                    "        return True\n"
                    "\n"
                    "    def name(self):\n"
                    '        return "vault"\n'
                ),
                "tests/test_vault.py": (
                    "from ops import vault\n"
                    "\n"
                    "\n"
                    "def test_restore(tmp_path):\n"
                    '    assert not vault.Vault().restore(tmp_path / "missing")["ok"]\n'
                    "\n"
                    "\n"
                    "def test_verify(monkeypatch):\n"
                    '    monkeypatch.setattr(vault.Vault, "verify", lambda self: False)\n'
                    "    assert not vault.Vault().verify()\n"
                    "\n"
                    "\n"
                    "def test_name():\n"
                    '    assert vault.Vault().name() == "vault"\n'
                ),
            },
        ),
        Example(
            title="verdicts that differ from path to path",
            files={
                "ops/vault.py": (
                    "def verify_copy(path):\n    if not path.exists():\n        return False\n    return True\n"
                ),
                "tests/test_vault.py": (
                    "from ops import vault\n"
                    "\n"
                    "\n"
                    "def test_verify_copy(tmp_path):\n"
                    '    assert not vault.verify_copy(tmp_path / "missing")\n'
                ),
            },
        ),
    ),
    check_repository=_check,
)
