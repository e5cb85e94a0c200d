"""Findings of the last scan are taken over where nothing that they depend on has changed, and only there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from auditor.engine.capture import Captor
from auditor.engine.hits import HitTable
from auditor.engine.judged import JudgedFile, Judgement
from auditor.engine.map_stage import RuleHit
from auditor.engine.recapture import Recaptor
from auditor.engine.result_cache import ResultCache
from auditor.engine.scan import scan
from auditor.engine.typed_codec import converter
from auditor.model.finding import Finding, Hit
from auditor.repo.inventory import memory_inventory
from auditor.repo.memory_store import MemoryStore
from auditor.repo.reader import Inventory
from auditor.rules.registry import rules

TREE = {
    "shop/pay.py": "# TODO: take the money\n",
    "shop/send.py": "# TODO: send the parcel\n",
    "deploy.sh": '#!/bin/sh\necho "deployed"\n./missing.sh\n',
}
KEY = b"whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noting(Captor):
    """A captor that notes the paths whose findings it makes."""

    made: list[str] = field(default_factory=list)

    def capture(self, hits: Iterable[RuleHit]) -> tuple[Finding, ...]:
        hits = list(hits)
        self.made.extend({one.hit.path for one in hits})
        return Captor.capture(self, hits)


def judged(findings: tuple[Finding, ...], inventory: Inventory) -> Judgement:
    files = tuple(JudgedFile(one.path, 1, (), f"digest of {one.path} {one.blob}") for one in inventory.files)
    return Judgement(files=files, findings=findings, proofs=(), secrets=(), unjudged=())


def found(
    tree: Mapping[str, str],
    store: MemoryStore,
    more: tuple[RuleHit, ...] = (),
    about: Mapping[str, object] | None = None,
) -> tuple[tuple[Finding, ...], list[str], dict[str, str]]:
    """The findings, the paths for which they were made, and the digests that were taken over."""
    inventory, reader = memory_inventory(tree)
    cache = ResultCache(store, b"1", "shop")
    scanned = scan(inventory, reader, rules(), cache=cache)
    captor = Noting(rules={one.id: one for one in rules()}, reader=reader, owner={}, reached_from={})
    captor = replace(captor, **(about or {}), made=[])  # type: ignore[arg-type] # the tests name the fields
    recaptor = Recaptor(captor, cache)
    table = HitTable(scanned.found._entries, (*more, *(one for one in scanned.hits if one.rule == "AUD406")))
    findings = recaptor.findings(table)
    cache.write(KEY, converter(Judgement), judged(findings, inventory))
    recaptor.keep(KEY)
    assert findings == Captor.capture(captor, table)
    return findings, sorted(captor.made), recaptor.digests


def test_only_what_changed_is_made_again() -> None:
    store = MemoryStore(now=0.0)
    first, made, digests = found(TREE, store)
    assert first
    assert made == sorted({one.path for one in first})
    assert digests == {}
    again, made, digests = found(TREE, store)
    assert again == first
    assert made == []
    assert sorted(digests) == sorted({one.path for one in first})
    _, made, digests = found({**TREE, "shop/pay.py": "# TODO: take all the money\n"}, store)
    assert made == ["shop/pay.py"]
    assert "shop/pay.py" not in digests


@pytest.mark.parametrize(
    "about", [{"owner": {"shop/pay.py": "shop"}}, {"reached_from": {"shop/pay.py": "a job"}}, {"judged_by_reach": frozenset({"shop/pay.py"})}]
)  # fmt: skip
def test_another_owner_or_way_to_a_file_makes_its_findings_again(about: dict[str, object]) -> None:
    store = MemoryStore(now=0.0)
    found(TREE, store)
    assert found(TREE, store, about=about)[1] == ["shop/pay.py"]


def test_another_hit_of_a_join_makes_the_findings_of_its_file_again() -> None:
    store = MemoryStore(now=0.0)
    found(TREE, store)
    more = RuleHit("AUD101", Hit("shop/send.py", 1, 1, "told by a join"))
    assert found(TREE, store, (more,))[1] == ["shop/send.py"]


def test_without_the_judgement_all_are_made() -> None:
    store = MemoryStore(now=0.0)
    first, made, _ = found(TREE, store)
    store.keep({KEY: b"damaged"})
    assert found(TREE, store)[:2] == (first, made)
