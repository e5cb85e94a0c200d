"""Results of the reduce stage that are remembered: what each rule asks is known, and no answer that differs goes unseen."""

import zlib
from collections.abc import Mapping
from dataclasses import replace

import pytest

from auditor.engine.asked import Memory
from auditor.engine.reduce_stage import reduce_facts
from auditor.engine.result_cache import ResultCache
from auditor.engine.scan import Scanned, scan
from auditor.engine.typed_codec import converter
from auditor.facts.names_inventory import inventory
from auditor.facts.python_module import PythonModule
from auditor.facts.repository import EVERYTHING, FILES, PATHS, RepositoryFacts
from auditor.repo.inventory import memory_inventory
from auditor.repo.memory_store import MemoryStore
from auditor.rules.base import Rule
from auditor.rules.registry import rules

JOINING = tuple(rule for rule in rules() if rule.check_repository)
TREE = {
    "shop/__init__.py": "",
    "shop/pay.py": "def pay(amount):\n    return amount\n",
    "tests/test_pay.py": "from shop.pay import pay\n\n\ndef test_pay():\n    assert pay(1) == 1\n",
    "README.md": "# Shop\n\nRun `scripts/none.sh`.\n",
}


def scanned(tree: Mapping[str, str], store: MemoryStore | None = None) -> Scanned:
    files, reader = memory_inventory(tree)
    found = scan(files, reader, rules(), cache=ResultCache(store, b"1", "shop") if store else None)
    if found.memory:
        found.memory.flush()
    return found


def anew(facts: RepositoryFacts) -> RepositoryFacts:
    """The same facts, of which nothing has been derived."""
    return RepositoryFacts(facts.files, facts.facts, facts.all_paths, facts.vendored, facts.unreadable)


def asked(rule: Rule, facts: RepositoryFacts) -> frozenset[str]:
    check = rule.check_repository
    assert check is not None
    return facts.watched(lambda: tuple(check(facts)))[1]


def recalled(found: Scanned) -> Memory:
    assert found.memory is not None
    return found.memory


@pytest.mark.parametrize("rule", JOINING, ids=lambda rule: rule.id)
def test_what_others_have_derived_already_hides_no_question(rule: Rule) -> None:
    facts = scanned({f"{at}/{path}": text for at, one in enumerate(rule.examples) for path, text in one.files.items()})
    for tree in (facts.facts, *(scanned(one.files).facts for one in rule.examples[:2])):
        together = anew(tree)
        asked_after_all = {one.id: asked(one, together) for one in (*JOINING, *reversed(JOINING))}
        alone = asked(rule, anew(tree))
        assert alone <= asked_after_all[rule.id]
        assert EVERYTHING not in alone, "it would be asked again whenever any file changes: ask `at` for one kind"


@pytest.mark.parametrize("rule", JOINING, ids=lambda rule: rule.id)
def test_what_is_remembered_of_one_tree_is_right_for_the_next(rule: Rule) -> None:
    store = MemoryStore(now=0.0)
    for example in (*rule.examples, *rule.examples):
        assert scanned(example.files, store).hits == scanned(example.files).hits


def test_no_rule_looks_at_size_or_blob() -> None:
    for rule in JOINING:
        for example in rule.examples[:1]:
            facts = scanned(example.files).facts
            files = tuple(replace(file, size=0, blob="") for file in facts.files)
            other = RepositoryFacts(files, facts.facts, facts.all_paths, facts.vendored, facts.unreadable)
            assert reduce_facts(other, [rule]) == reduce_facts(anew(facts), [rule])


def test_questions_are_noted_through_what_is_derived() -> None:
    facts = scanned(TREE).facts

    def count(one: RepositoryFacts) -> int:
        return len(list(one.of(PythonModule))) + len(one.all_paths)

    for _ in range(2):
        assert facts.watched(lambda: facts.derive(count)) == (3 + 4, frozenset({"python-module", PATHS}))
    _, outer = facts.watched(lambda: (facts.watched(lambda: facts.by_path), facts.of(PythonModule)))
    assert outer == {FILES, "python-module"}


def test_only_an_answer_that_differs_is_worked_out_anew() -> None:
    store = MemoryStore(now=0.0)
    scanned(TREE, store)
    same = recalled(scanned({**TREE, "shop/pay.py": TREE["shop/pay.py"] + "# a last word\n"}, store))
    assert {name for name in same.next if same.next[name] is not same.known.get(name)} == set()
    moved = recalled(scanned({**TREE, "shop/pay.py": "\n\n" + TREE["shop/pay.py"]}, store))
    again = {name for name in moved.next if moved.next[name] is not moved.known.get(name)}
    assert again
    lines = {"python-module", "constant-results"}  # what holds the places that have moved
    assert again == {name for name, one in moved.next.items() if lines & set(one.asked)} & again
    assert len(again) < len(moved.next)


def test_a_join_that_is_recalled_asks_what_led_to_it() -> None:
    store = MemoryStore(now=0.0)
    tree = {**TREE, "shop/settings.py": "import os\n\nKEY = os.environ['PAYMENT_API_KEY']\n"}
    first = scanned(tree, store).facts
    found, asked = first.watched(lambda: first.derive(inventory))
    again = scanned({**tree, "README.md": "# Shop\n"}, store)
    memory, facts = recalled(again), again.facts
    assert facts.watched(lambda: facts.derive(inventory)) == (found, asked)
    row = "join auditor.facts.names_inventory.inventory"
    assert memory.next[row] is memory.known[row]
    assert "names" in asked
    changed = scanned({**tree, "shop/settings.py": "import os\n\nKEY = os.environ['OTHER_API_KEY']\n"}, store).facts
    assert [one.name for one in changed.derive(inventory)] == ["OTHER_API_KEY"]


def test_a_join_that_nobody_asks_for_stays_remembered() -> None:
    store = MemoryStore(now=0.0)
    scanned(TREE, store)
    unasked = recalled(scanned(TREE, store))
    unasked.next = {name: one for name, one in unasked.next.items() if not name.startswith("join ")}
    unasked.next["rule AUD999"] = replace(next(iter(unasked.next.values())), name="rule AUD999")
    unasked.flush()
    kept = recalled(scanned(TREE, store)).known
    assert "rule AUD999" in kept
    assert "join auditor.facts.names_inventory.inventory" in kept


def test_a_damaged_result_is_worked_out_anew() -> None:
    store = MemoryStore(now=0.0)
    memory = recalled(scanned(TREE, store))
    form = converter(tuple[str, ...])
    assert memory.result("words", form, lambda: ("a",)) == ("a",)
    memory.known = {"words": replace(memory.next["words"], result="[1]")}
    assert memory.result("words", form, lambda: ("b",)) == ("b",)
    memory.known = {"words": memory.next["words"]}
    assert memory.result("words", form, lambda: ("c",)) == ("b",)


def test_a_result_with_a_credential_of_the_repository_is_not_remembered() -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    store = MemoryStore(now=0.0)
    memory = recalled(scanned({**TREE, "deploy.sh": f"#!/bin/sh\nexport API_KEY={secret}\n"}, store))
    form = converter(tuple[str, ...])
    memory.result("said", form, lambda: (f"uses {secret}",))
    memory.result("unsaid", form, lambda: ("uses a token",))
    assert "said" not in memory.next
    assert "unsaid" in memory.next
    memory.flush()
    rows = store.load((memory.key,)).values()
    assert rows
    assert all(secret.encode() not in zlib.decompress(row) for row in rows)
