"""What was put aside of a file, where the disk has lost it."""

import os

import pytest

from auditor.engine import packed as packing
from auditor.engine.map_stage import map_file
from auditor.engine.packed import Shelf, pack
from auditor.engine.squeezed import expand
from auditor.facts.registry import parsers
from auditor.repo.inventory import memory_inventory
from auditor.repo.spool import Spool
from auditor.rules.registry import rules


def test_what_the_disk_has_lost_is_made_again() -> None:
    inventory, reader = memory_inventory({"shop/pay.py": "def pay():\n    return True  # TODO: take the money\n"})
    (file,) = inventory.files
    data = reader.read(file.path)
    mapped = map_file(file, data, parsers(), rules())
    row = pack(mapped, data)
    assert row is not None
    assert mapped.hits
    shelf = Shelf(lambda _: mapped)
    shelf._spool = spool = Spool(0)
    packed = shelf.unpack(file.path, row, b"the file")
    assert packed is not None
    assert len(set(packed.digests)) > 1
    assert spool._file is not None
    os.ftruncate(spool._file, 0)
    assert packed.hits == mapped.hits
    assert tuple(packed.fact(at)[0] for at in range(len(packed.kinds))) == mapped.facts
    assert packed.digests == (b"the file",) * len(packed.kinds)


@pytest.mark.parametrize("behind", [b"a", b"\xff", b"x", b""])
def test_digests_that_the_disk_gives_back_damaged_differ_whenever_the_file_does(behind: bytes) -> None:
    inventory, reader = memory_inventory({"shop/pay.py": "def pay():\n    return True\n"})
    (file,) = inventory.files
    data = reader.read(file.path)
    mapped = map_file(file, data, parsers(), rules())
    row = pack(mapped, data)
    assert row is not None
    shelf = Shelf(lambda _: mapped)
    shelf._spool = spool = Spool(0)
    packed = shelf.unpack(file.path, row, b"the file")
    assert packed is not None
    assert spool._file is not None
    before_digests = row.split(b"\n", 1)[0].rindex(b" ") + 1
    os.ftruncate(spool._file, before_digests)
    os.pwrite(spool._file, behind, before_digests)
    assert packed.digests == (b"the file",) * len(packed.kinds)


def test_facts_that_lie_on_disk_are_expanded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inventory, reader = memory_inventory({"shop/pay.py": "def pay():\n    return True  # TODO: take the money\n"})
    (file,) = inventory.files
    data = reader.read(file.path)
    mapped = map_file(file, data, parsers(), rules())
    row = pack(mapped, data)
    assert row is not None
    expanded: list[bytes] = []

    def noting(squeezed: bytes) -> bytes:
        expanded.append(squeezed)
        return expand(squeezed)

    monkeypatch.setattr(packing, "expand", noting)
    for room, times in ((0, 1), (len(row), len(mapped.facts))):
        shelf = Shelf(lambda _: mapped)
        shelf._spool = Spool(room)
        packed = shelf.unpack(file.path, row)
        assert packed is not None
        digests = packed.digests
        assert tuple(packed.fact(at)[0] for at in range(len(packed.kinds))) == mapped.facts
        assert len(expanded) == times
        assert (packed.hits, packed.digests) == (mapped.hits, digests)
        expanded.clear()
