"""Every rule finds what its examples say it finds, and nothing else."""

import pytest

from auditor.engine.scan import scan
from auditor.repo.inventory import memory_inventory
from auditor.rules.base import Example, Rule
from auditor.rules.registry import rules

CASES = [pytest.param(rule, example, id=f"{rule.id}-{example.title}") for rule in rules() for example in rule.examples]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_rule_finds_what_its_example_says(rule: Rule, example: Example) -> None:
    inventory, reader = memory_inventory(dict(example.files))
    scanned = scan(inventory, reader, [rule])
    found = {f"{found.hit.path}:{found.hit.start_line}" for found in scanned.hits}
    assert found == set(example.found)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_shows_what_it_finds_and_what_it_does_not(rule: Rule) -> None:
    assert any(example.found for example in rule.examples)
    assert any(not example.found for example in rule.examples)
