"""The waivers of small trees in memory, settled on a day that does not move."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from auditor.judgement import judge
from auditor.model.repository import RepositoryIdentity
from auditor.model.rubric import Rubric
from auditor.repo.components import REST, build_parts, load_components
from auditor.repo.inventory import memory_inventory
from auditor.repo.snapshot import Snapshot
from auditor.resources import resource_text
from auditor.rubric.load import load_rubric
from auditor.rules.registry import cards
from auditor.rules.registry import rules as all_rules
from auditor.rules.selection import asked_rules
from auditor.waivers.ledger import Ledger, open_ledger
from auditor.waivers.waiver_file import read_waivers

TODAY = date(2026, 11, 27)


@cache
def default_rubric() -> Rubric:
    return load_rubric("production-readiness", all_rules(), resource_text)


def ledger_of(
    files: Mapping[str, str],
    *,
    today: date = TODAY,
    apply: bool = True,
    rubric: Rubric | None = None,
    chosen: frozenset[str] | None = None,
) -> Ledger:
    used = rubric or default_rubric()
    inventory, reader = memory_inventory(files)
    inventory = replace(inventory, all_paths=frozenset(files))
    identity = RepositoryIdentity(name="shop", commit=None, tree=None, dirty=True, git=False)
    snapshot = Snapshot(identity, inventory, reader)
    rules = asked_rules(tuple(one for one in cards() if one.is_stable), used)
    _, components, owner = load_components(inventory, reader)
    judged = judge(snapshot, owner, rules, used, fallback_owner=REST)
    kinds = {one.path: one.kinds for one in judged.files}
    parts = build_parts(components, owner, inventory, {one.path: one.lines for one in judged.files}, kinds)
    return open_ledger(
        snapshot,
        judged,
        read_waivers(inventory, reader),
        rubric=used,
        parts=parts,
        chosen=frozenset(part.component.name for part in parts) if chosen is None else chosen,
        rules=rules,
        owner=owner,
        fallback_owner=REST,
        today=today,
        apply=apply,
    )
