"""The engine: same result however it is run, and nothing that a file does ends a scan."""

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from auditor.engine.capture import Captor
from auditor.engine.scan import Scanned, scan
from auditor.facts.table import FactTable
from auditor.model.finding import Severity
from auditor.repo.inventory import memory_inventory
from auditor.repo.reader import Inventory, MemoryReader, ReadFailure
from auditor.repo.spool import MOST_ON_DISK, Spool
from auditor.rules.registry import rules

BULK = "\n".join(f"value_{number} = {number}" for number in range(40_000))
TREE = {
    "app/a.py": BULK,
    "app/b.py": BULK,
    "app/c.py": "def broken(:\n",
    ".github/workflows/ci.yml": "on: push\njobs:\n  test: [unclosed\n",
}


@dataclass(frozen=True, slots=True)
class DeadlyReader:
    """Ends its process when one path is read, as a fault in a native parser would."""

    inner: MemoryReader
    deadly: str
    parent: int

    def read(self, path: str) -> bytes:
        if path == self.deadly and os.getpid() != self.parent:
            os._exit(1)
        return self.inner.read(path)


def judged(scanned: Scanned) -> tuple[object, ...]:
    return scanned.hits, scanned.unjudged, dict(scanned.lines), scanned.facts.facts


def test_one_process_and_two_find_the_same() -> None:
    inventory, reader = memory_inventory(TREE)
    assert judged(scan(inventory, reader, rules())) == judged(scan(inventory, reader, rules(), jobs=2))


def test_what_lies_on_disk_and_is_unpacked_again_is_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    some = rules()[::40]
    tree = {path: text for rule in some for example in rule.examples for path, text in example.files.items()}
    inventory, reader = memory_inventory(tree)
    expected = judged(scan(inventory, reader, rules()))
    monkeypatch.setattr("auditor.engine.workers.WORTH_PACKING", 0)
    assert judged(scan(inventory, reader, rules())) == expected
    monkeypatch.setattr(Spool.__init__, "__defaults__", (0, MOST_ON_DISK))
    monkeypatch.setattr(FactTable.__init__, "__defaults__", (0,))
    monkeypatch.setattr("auditor.facts.python_graph._LOADED", 1)
    assert judged(scan(inventory, reader, rules())) == expected
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    assert judged(scan(inventory, reader, rules())) == expected


def test_the_order_of_files_changes_nothing() -> None:
    inventory, reader = memory_inventory(TREE)
    turned = replace(inventory, files=tuple(reversed(inventory.files)))
    assert scan(inventory, reader, rules()).hits == scan(turned, reader, rules()).hits


def test_a_broken_file_is_named_and_the_others_are_judged() -> None:
    inventory, reader = memory_inventory(TREE)
    scanned = scan(inventory, reader, rules())
    assert [one.path for one in scanned.unjudged] == [".github/workflows/ci.yml", "app/c.py"]
    assert scanned.lines["app/a.py"] == 40_000


def test_a_file_that_cannot_be_read_is_named() -> None:
    inventory, _ = memory_inventory({"app/a.py": "x = 1\n"})
    scanned = scan(inventory, MemoryReader({}), rules())
    assert [(one.path, one.reason) for one in scanned.unjudged] == [("app/a.py", "no such file")]


def test_a_file_whose_bytes_cannot_be_had_is_a_finding() -> None:
    inventory, reader = memory_inventory({"app/a.py": "x = 1\n"})
    scanned = scan(replace(inventory, unreadable=(("app/b.py", "permission denied"),)), reader, rules())
    assert [(one.rule, one.hit.path, one.hit.message) for one in scanned.hits] == [
        ("AUD901", "app/b.py", "This file could not be read: permission denied.")
    ]
    assert [one.path for one in scanned.unjudged] == ["app/b.py"]


def test_a_file_that_kills_its_worker_is_named_and_the_others_are_judged() -> None:
    inventory, reader = memory_inventory(TREE)
    deadly = DeadlyReader(reader, "app/b.py", os.getpid())
    scanned = scan(inventory, deadly, rules(), jobs=2)
    named = {one.path: one.reason for one in scanned.unjudged}
    assert named["app/b.py"] == "reading it killed the process that tried"
    assert scanned.lines["app/a.py"] == 40_000


def captured(inventory: Inventory, reader: MemoryReader, **settings: object) -> list[tuple[str, Severity, str]]:
    scanned = scan(inventory, reader, rules())
    captor = Captor(
        rules={rule.id: rule for rule in rules()},
        reader=reader,
        owner={file.path: "application" for file in inventory.files},
        reached_from={},
    )
    captor = replace(captor, **settings)  # type: ignore[arg-type] # the tests name the fields
    found = captor.capture(scanned.hits)
    return [(one.fingerprint, one.severity, one.excerpt) for one in found if one.rule == "AUD901"]


def test_a_fingerprint_survives_moved_lines_and_reformatting() -> None:
    before = captured(*memory_inventory({"app.py": "def broken(:\n"}))
    after = captured(*memory_inventory({"app.py": "# moved\n\ndef  broken(:\n"}))
    assert before[0][0] == after[0][0]


def test_what_no_entry_point_reaches_is_milder() -> None:
    tree = memory_inventory({"app.py": "def broken(:\n"})
    reached = captured(*tree)
    unreached = captured(*tree, judged_by_reach=frozenset({"app.py"}))
    assert (reached[0][1], unreached[0][1]) == (Severity.MEDIUM, Severity.LOW)


def test_an_excerpt_is_the_cited_line() -> None:
    assert captured(*memory_inventory({"app.py": "x = 1\ndef broken(:\n"}))[0][2] == "def broken(:"


def test_reading_raises_for_what_is_not_there() -> None:
    with pytest.raises(ReadFailure, match="no such file"):
        MemoryReader({}).read("absent")


def test_only_code_that_should_be_reached_and_is_not_is_called_unreached() -> None:
    inventory, reader = memory_inventory({"app.py": "# TODO: one\n", "deploy.yml": "a: 1  # TODO: two\n"})
    outcome = scan(inventory, reader, rules())
    captor = Captor(
        rules={rule.id: rule for rule in rules()},
        reader=reader,
        owner={},
        reached_from={},
        judged_by_reach=frozenset({"app.py"}),
    )
    found = {one.path: one.unreached for one in captor.capture(outcome.hits)}
    assert found == {"app.py": True, "deploy.yml": False}


def test_a_document_inside_of_a_program_is_judged_on_the_lines_of_the_program() -> None:
    compose = "services:\n  web:\n    image: nginx:1\n    environment:\n      API_KEY: your_api_key_here\n"
    alerts = "groups:\n  - name: shop\n    rules:\n      - alert: Slow\n        expr: shop_latency_seconds > 1\n"
    program = f'COMPOSE = """\n{compose}"""\nALERTS = """\n{alerts}"""\n'
    inventory, reader = memory_inventory({"deploy/setup.py": program})
    found = {(one.rule, one.hit.path, one.hit.start_line) for one in scan(inventory, reader, rules()).hits}
    assert {("AUD103", "deploy/setup.py", 6), ("AUD601", "deploy/setup.py", 13)} <= found


def test_what_a_document_and_its_program_tell_alike_is_told_once() -> None:
    program = 'CONFIG = {\n    "services": {"web": {"image": "shop:1", "api_key": "your-api-key"}},\n}\n'
    inventory, reader = memory_inventory({"deploy/setup.py": program})
    found = [one.hit.start_line for one in scan(inventory, reader, rules()).hits if one.rule == "AUD103"]
    assert found == [2]
