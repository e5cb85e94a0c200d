"""Remembered results: the same as fresh ones, whatever is in the store."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.engine import squeezed
from auditor.engine.map_stage import map_file
from auditor.engine.packed import pack
from auditor.engine.result_cache import ResultCache
from auditor.engine.scan import Scanned, scan
from auditor.engine.typed_codec import CodecError
from auditor.facts.registry import parsers
from auditor.model.source import Role
from auditor.repo.inventory import memory_inventory
from auditor.rules.registry import rules

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
TREE = {
    "app/main.py": 'import os\n\n\ndef check_health() -> bool:\n    """Check."""\n    return True\n',
    "app/broken.py": "def broken(:\n",
    "deploy.sh": '#!/bin/sh\nset -e\necho "deploying"\n./missing.sh\n',
    ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n",
    "README.md": "# It\n\nRun `scripts/none.sh`.\n",
}


@dataclass(slots=True)
class Memory:
    rows: dict[bytes, bytes] = field(default_factory=dict)
    now: float = 0.0

    def load(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return {key: self.rows[key] for key in keys if key in self.rows}

    def keep(self, entries: Mapping[bytes, bytes]) -> None:
        self.rows.update(entries)


def judged(scanned: Scanned) -> tuple[object, ...]:
    return scanned.hits, scanned.unjudged, dict(scanned.lines), dict(scanned.facts.facts)


def test_a_second_scan_maps_nothing_and_finds_the_same() -> None:
    inventory, reader = memory_inventory(TREE)
    store = Memory()
    fresh = judged(scan(inventory, reader, rules()))
    first = judged(scan(inventory, reader, rules(), cache=ResultCache(store, b"1")))
    written = dict(store.rows)
    second = judged(scan(inventory, reader, rules(), cache=ResultCache(store, b"1")))
    assert fresh == first == second
    assert store.rows == written
    assert len(written) == len(TREE)


def test_other_code_other_names_and_other_roles_have_other_keys() -> None:
    store = Memory()
    for tree, salt in ((TREE, b"1"), (TREE, b"2"), ({"b.py": TREE["app/broken.py"]}, b"1")):
        inventory, reader = memory_inventory(tree)
        scan(inventory, reader, rules(), cache=ResultCache(store, salt))
    inventory, reader = memory_inventory(TREE)
    as_tests = replace(inventory, files=tuple(replace(file, role=Role.TEST) for file in inventory.files))
    scan(as_tests, reader, rules(), cache=ResultCache(store, b"1"))
    assert len(store.rows) == 3 * len(TREE) + 1


def test_other_line_ends_with_one_blob_have_other_keys() -> None:
    inventory, _ = memory_inventory({"a.py": "x = 1\n"})
    cache = ResultCache(Memory(), b"1")
    other = replace(inventory, contents={"a.py": "0" * 40})
    assert cache.whole_key(inventory) != cache.whole_key(other)
    cache.keep_file(inventory.files[0], inventory, b"row")
    cache.flush()
    (file, mark, row), (_, other_mark, none) = next(cache.of_files(inventory)), next(cache.of_files(other))
    assert (file, mark, row) == (inventory.files[0], cache.mark(inventory.files[0], inventory), b"row")
    assert none is None
    assert other_mark != mark


def test_no_line_end_in_a_name_makes_two_inventories_alike() -> None:
    cache = ResultCache(Memory(), b"1")
    one, _ = memory_inventory({"a": "", "b\nc": ""})
    two, _ = memory_inventory({"a\nb": "", "c": ""})
    assert cache.whole_key(one) != cache.whole_key(two)


@given(st.binary(max_size=200), st.integers(min_value=0))
@settings(max_examples=60, deadline=None)
def test_a_damaged_or_planted_row_changes_nothing(noise: bytes, at: int) -> None:
    inventory, reader = memory_inventory(TREE)
    store = Memory()
    fresh = judged(scan(inventory, reader, rules(), cache=ResultCache(store, b"1")))
    for key, row in store.rows.items():
        cut = row.index(b"\n") + 1 + at % (len(row) - row.index(b"\n"))
        store.rows[key] = row[:cut] + noise + row[cut + len(noise) :] if at % 2 else noise
    again = judged(scan(inventory, reader, rules(), cache=ResultCache(store, b"1")))
    assert again == fresh


def test_a_row_of_facts_of_another_type_is_made_anew() -> None:
    inventory, reader = memory_inventory({"app/main.py": TREE["app/main.py"]})
    file = inventory.files[0]
    store = Memory()
    cache = ResultCache(store, b"1")
    fresh = judged(scan(inventory, reader, rules(), cache=cache))
    row = pack(map_file(file, reader.read(file.path), parsers(), rules()), b"")
    assert row is not None
    head, _, rest = row.partition(b"\n")
    lines, many, kinds, digests = head.split(b" ")
    for planted in (
        b" ".join((lines, many, b"os.system", digests[:32])),
        b" ".join((b"-1", many, kinds, digests)),
        b" ".join((lines, b"1_0", kinds, digests)),
        b" ".join((lines, many, kinds, digests[:-2])),
        b" ".join((lines, many, kinds, b"x" * len(digests))),
        b" ".join((lines, many, kinds)),
        b'{"lines": 1}',
    ):
        cache.keep_file(file, inventory, planted + b"\n" + rest)
        cache.flush()
        assert judged(scan(inventory, reader, rules(), cache=cache)) == fresh


def test_a_row_of_more_facts_than_there_are_ends_no_scan() -> None:
    inventory, reader = memory_inventory({"app/main.py": TREE["app/main.py"]})
    cache = ResultCache(Memory(), b"1")
    head = f"7 3 {','.join(['python-module'] * 40)} {'0' * 32 * 40}".encode()
    cache.keep_file(inventory.files[0], inventory, head + b"\nno hits\n" + zlib.compress(b"[]"))
    cache.flush()
    assert set(scan(inventory, reader, rules(), cache=cache).lines) == {"app/main.py"}


def test_a_row_that_expands_beyond_any_real_one_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is lowered, so that no gigabyte of zeros has to be packed here."""
    data = b" " * 10_000
    assert squeezed.expand(squeezed.squeeze(data)) == data
    monkeypatch.setattr(squeezed, "LARGEST", len(data) - 1)
    with pytest.raises(CodecError):
        squeezed.expand(squeezed.squeeze(data))


def test_no_credential_is_remembered() -> None:
    tree = {
        "app/settings.py": f'TOKEN = "{SECRET}"\n',
        "deploy.sh": f'export API_KEY={SECRET}\ncurl -H "Authorization: Bearer {SECRET}" localhost\n',
        "values.yaml": f"password: {SECRET}\n",
        ".github/workflows/ci.yml": f"on: push\nenv:\n  TOKEN: {SECRET}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo {SECRET}\n",
    }
    inventory, reader = memory_inventory(tree)
    store = Memory()
    scan(inventory, reader, rules(), cache=ResultCache(store, b"1"))
    for row in store.rows.values():
        first, hits, body = row.split(b"\n", 2)
        assert SECRET[4:].encode() not in first + hits + zlib.decompress(body)
