"""Rules that are loaded when they are first asked say what they say otherwise."""

from dataclasses import fields, replace

import pytest

from auditor.engine.scan import scan
from auditor.repo.inventory import memory_inventory
from auditor.rules.base import Detector, Rule
from auditor.rules.card import CHECKS
from auditor.rules.late import detectors
from auditor.rules.registry import cards, rules

LATE = detectors(cards())
FIRST = tuple(next(rule for rule in rules() if getattr(rule, check)) for check in ("check_file", "check_repository"))


def test_all_that_is_told_before_is_that_of_the_rule() -> None:
    told = [one.name for one in fields(Detector) if one.name not in CHECKS]
    for late, rule in zip(LATE, rules(), strict=True):
        assert [getattr(late, name) for name in told] == [getattr(rule, name) for name in told]
        assert [getattr(late, name) is None for name in CHECKS] == [getattr(rule, name) is None for name in CHECKS]


@pytest.mark.parametrize("rule", FIRST, ids=lambda rule: rule.id)
def test_it_finds_the_same(rule: Rule) -> None:
    late = next(one for one in LATE if one.id == rule.id)
    example = next(one for one in rule.examples if one.found)
    inventory, reader = memory_inventory(example.files)
    found = scan(inventory, reader, [late]).hits
    assert found
    assert found == scan(inventory, reader, [rule]).hits


def test_nothing_is_loaded_before_it_is_asked() -> None:
    card = replace(next(one for one in cards() if one.check == "check_file"), module="auditor.rules.nowhere")
    (late,) = detectors([card])
    assert late.check_file is not None
    with pytest.raises(ModuleNotFoundError):
        late.check_file(None)  # type: ignore[arg-type] # what is asked makes no difference
