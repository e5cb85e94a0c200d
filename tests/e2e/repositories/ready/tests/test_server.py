import pytest

from service.metrics import count, exposition
from service.server import database_answers


def test_a_counter_counts():
    before = exposition()
    count("requests")
    assert exposition() != before


def test_a_database_that_is_there_answers(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", str(tmp_path / "ledger.db"))
    assert database_answers()


def test_a_database_that_is_not_set_is_an_error(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(KeyError):
        database_answers()
