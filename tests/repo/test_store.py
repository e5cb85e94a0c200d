"""The store of results: keeps what it is given, and never stands in the way of a scan."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.repo.store import CACHE_FILE, clear_store, open_store, refusal, store_size


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def put(folder: Path, entries: dict[bytes, bytes], day: int = 1, limit: int = 10**9) -> None:
    store = open_store(folder, day * 86_400.0, limit)
    assert store is not None
    store.keep(entries)
    store.close()


def get(folder: Path, *keys: bytes, day: int = 1) -> dict[bytes, bytes]:
    store = open_store(folder, day * 86_400.0)
    if store is None:
        return {}
    found = store.load(keys)
    store.close()
    return found


def test_what_is_kept_is_there_for_the_next_process(folder: Path) -> None:
    put(folder, {b"a": b"1", b"b": b"\0" * 1000})
    assert get(folder, b"a", b"b", b"c") == {b"a": b"1", b"b": b"\0" * 1000}
    assert store_size(folder).rows == 2


def test_more_keys_than_one_question_holds(folder: Path) -> None:
    entries = {b"%d" % number: b"%d" % (number * 2) for number in range(2345)}
    put(folder, entries)
    assert get(folder, *entries) == entries


def test_only_the_owner_can_read_it(folder: Path) -> None:
    put(folder, {b"a": b"1"})
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / CACHE_FILE).stat().st_mode & 0o777 == 0o600


def test_a_damaged_row_is_a_miss_and_the_others_are_found(folder: Path) -> None:
    put(folder, {b"a": b"1", b"b": b"2", b"c": b"3", b"d": b"4"})
    with sqlite3.connect(folder / CACHE_FILE) as connection:
        connection.execute("UPDATE entries SET value = x'00' WHERE key = ?", (b"a",))
        connection.execute("UPDATE entries SET value = 'text' WHERE key = ?", (b"b",))
        connection.execute("UPDATE entries SET value = (SELECT value FROM entries WHERE key = ?)", (b"c",))
    connection.close()
    assert get(folder, b"a", b"b", b"c", b"d") == {b"c": b"3"}


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_made_anew(folder: Path, damage: bytes) -> None:
    put(folder, {b"a": b"1"})
    (folder / CACHE_FILE).write_bytes(damage)
    assert get(folder, b"a") == {}
    put(folder, {b"a": b"2"})
    assert get(folder, b"a") == {b"a": b"2"}


def test_damage_in_the_middle_of_the_file_ends_nothing(folder: Path) -> None:
    entries = {os.urandom(32): os.urandom(400) for _ in range(2000)}
    put(folder, entries)
    whole = bytearray((folder / CACHE_FILE).read_bytes())
    for at in range(8192, len(whole) - 512, 16384):
        whole[at : at + 512] = os.urandom(512)
    (folder / CACHE_FILE).write_bytes(whole)
    for _ in range(3):
        found = get(folder, *entries)
        assert all(entries[key] == value for key, value in found.items())
        put(folder, {b"a": b"1"})
    assert get(folder, b"a") == {b"a": b"1"}


def test_a_database_of_another_layout_is_not_used_as_one(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with sqlite3.connect(folder / CACHE_FILE) as connection:
        connection.execute("CREATE TABLE entries (other TEXT)")
        connection.execute("CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END")
    connection.close()
    assert get(folder, b"a") == {}


def test_it_stays_within_its_limit_and_drops_what_was_used_least_lately(folder: Path) -> None:
    limit = 400_000
    for day in range(1, 9):
        get(folder, *(b"1-%d" % number for number in range(100)), day=day)
        put(folder, {b"%d-%d" % (day, number): os.urandom(1000) for number in range(100)}, day=day, limit=limit)
    assert store_size(folder).size <= limit
    assert len(get(folder, *(b"8-%d" % number for number in range(100)))) == 100
    assert len(get(folder, *(b"1-%d" % number for number in range(100)))) == 100
    assert get(folder, *(b"2-%d" % number for number in range(100))) == {}


def test_a_folder_that_others_can_write_into_is_refused(folder: Path) -> None:
    put(folder, {b"a": b"1"})
    folder.chmod(0o777)
    assert refusal(folder) == "others can write into it"
    assert open_store(folder, 1) is None


def test_a_link_in_place_of_the_file_is_refused(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(mode=0o700)
    target = tmp_path / "precious"
    target.write_bytes(b"")
    (folder / CACHE_FILE).symlink_to(target)
    assert open_store(folder, 1) is None
    assert target.read_bytes() == b""


def test_a_file_in_place_of_the_folder_is_no_store(folder: Path) -> None:
    folder.write_text("a file")
    assert open_store(folder, 1) is None


def test_clearing_removes_every_file(folder: Path) -> None:
    put(folder, {b"a": b"1"})
    assert clear_store(folder)
    assert list(folder.iterdir()) == []
    assert not clear_store(folder)


def test_many_processes_write_at_once(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from auditor.repo.store import open_store\n"
        "for number in range(40):\n"
        "    store = open_store(Path(sys.argv[1]), 1)\n"
        "    store.keep({f'{sys.argv[2]}-{number}-{one}'.encode(): b'x' * 500 for one in range(5)})\n"
        "    store.close()\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(folder), str(name)]) for name in range(4)]
    assert [one.wait(120) for one in running] == [0, 0, 0, 0]
    assert store_size(folder).rows == 4 * 40 * 5
