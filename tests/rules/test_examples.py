"""Every rule finds what its examples say it finds, and nothing else."""

import pytest

from auditor.engine.map_stage import RuleHit
from auditor.engine.scan import scan
from auditor.repo.inventory import memory_inventory
from auditor.rules.base import Example, Rule
from auditor.rules.registry import rules
from auditor.waivers.ledger import hits_about
from tests.waivers.ledgers import ledger_of

CASES = [pytest.param(rule, example, id=f"{rule.id}-{example.title}") for rule in rules() for example in rule.examples]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_rule_finds_what_its_example_says(rule: Rule, example: Example) -> None:
    found = {f"{found.hit.path}:{found.hit.start_line}" for found in _hits(rule, example)}
    assert found == set(example.found)


def _hits(rule: Rule, example: Example) -> tuple[RuleHit, ...]:
    if rule.check_waivers is not None:
        return hits_about(ledger_of(dict(example.files)).waivers, [rule])
    inventory, reader = memory_inventory(dict(example.files))
    return scan(inventory, reader, [rule]).hits


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_shows_what_it_finds_and_what_it_does_not(rule: Rule) -> None:
    assert any(example.found for example in rule.examples)
    assert any(not example.found for example in rule.examples)
