"""Triggers let files be skipped unread; they never change what is found."""

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.engine.map_stage import map_file
from auditor.facts.registry import parsers
from auditor.repo.inventory import memory_inventory
from auditor.rules.base import Example
from auditor.rules.registry import rules
from tests.e2e.conftest import REPOSITORIES

TRIGGERED = tuple(rule for rule in rules() if rule.triggers and rule.check_file)
ASKED = tuple(replace(rule, triggers=()) for rule in TRIGGERED)
EXAMPLES = [pytest.param(one, id=f"{rule.id}-{one.title}") for rule in rules() for one in rule.examples]


def _differing(tree: dict[str, str]) -> set[tuple[str, str, int]]:
    """The findings that the triggers lose: rule, path and line."""
    inventory, reader = memory_inventory(tree)
    lost: set[tuple[str, str, int]] = set()
    for file in inventory.files:
        data = reader.read(file.path)
        with_triggers, without = (map_file(file, data, parsers(), chosen).hits for chosen in (TRIGGERED, ASKED))
        lost.update((one.rule, one.hit.path, one.hit.start_line) for one in set(without) ^ set(with_triggers))
    return lost


@pytest.mark.parametrize("example", EXAMPLES)
def test_triggers_lose_nothing_in_an_example_of_any_rule(example: Example) -> None:
    assert _differing(dict(example.files)) == set()


@pytest.mark.parametrize("folder", sorted(REPOSITORIES.iterdir()), ids=lambda folder: folder.name)
def test_triggers_lose_nothing_in_a_repository(folder: Path) -> None:
    files = (path for path in folder.rglob("*") if path.is_file())
    assert _differing({path.relative_to(folder).as_posix(): path.read_text() for path in files}) == set()


def test_a_trigger_that_is_too_narrow_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = next(one for one in TRIGGERED if one.id == "AUD441")
    narrow = tuple(replace(one, triggers=("no such word",)) if one is rule else one for one in TRIGGERED)
    monkeypatch.setattr("tests.rules.test_triggers.TRIGGERED", narrow)
    assert _differing(dict(rule.examples[0].files))
