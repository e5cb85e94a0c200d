"""A scan that remembers finds after any edits, in any order, what a scan finds that remembers nothing."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.engine.result_cache import ResultCache
from auditor.engine.scan import Scanned, scan
from auditor.facts.known_paths import named_by_code
from auditor.facts.metric_names import metric_catalogue
from auditor.facts.names_inventory import inventory as names
from auditor.facts.setting_words import setting_readers, words_elsewhere
from auditor.repo.inventory import memory_inventory
from auditor.rules.registry import rules
from tests.engine.test_result_cache import Memory

JOINING = tuple(rule for rule in rules() if rule.check_repository)
JOINS = (names, metric_catalogue, named_by_code, setting_readers, words_elsewhere)
POOL = tuple(
    (path, text) for rule in JOINING for example in rule.examples[:3] for path, text in sorted(example.files.items())
)
"""Files of every kind that a rule joins."""

Tree = dict[str, str]
Edit = Callable[[Tree, Memory], None]


def _chosen(tree: Tree, at: int) -> str | None:
    return sorted(tree)[at % len(tree)] if tree else None


def _add(first: int, count: int) -> Edit:
    return lambda tree, _: tree.update(POOL[first : first + count])


def _delete(at: int) -> Edit:
    def edit(tree: Tree, _: Memory) -> None:
        tree.pop(_chosen(tree, at) or "", None)

    return edit


def _rename(at: int, folder: str) -> Edit:
    def edit(tree: Tree, _: Memory) -> None:
        path = _chosen(tree, at)
        if path is not None:
            tree[f"{folder}/{path}"] = tree.pop(path)

    return edit


def _change(at: int, change: Callable[[str], str]) -> Edit:
    def edit(tree: Tree, _: Memory) -> None:
        path = _chosen(tree, at)
        if path is not None:
            tree[path] = change(tree[path])

    return edit


def _swap(one: int, other: int) -> Edit:
    def edit(tree: Tree, _: Memory) -> None:
        first, second = _chosen(tree, one), _chosen(tree, other)
        if first is not None and second is not None:
            tree[first], tree[second] = tree[second], tree[first]

    return edit


def _damage(at: int, noise: bytes) -> Edit:
    def edit(_: Tree, store: Memory) -> None:
        if store.rows:
            key = sorted(store.rows)[at % len(store.rows)]
            store.rows[key] = store.rows[key][: at % 50] + noise

    return edit


NUMBER = st.integers(0, 10_000)
CHANGES: tuple[Callable[[str], str], ...] = (
    lambda text: f"\n{text}",
    lambda text: f"{text}# one line more\n",
    lambda text: text[: len(text) // 2],
    lambda text: text.replace("e", "E", 3),
    lambda _: "",
)
EDITS = st.one_of(
    st.builds(_add, st.integers(0, len(POOL) - 1), st.integers(1, 6)),
    st.builds(_delete, NUMBER),
    st.builds(_rename, NUMBER, st.sampled_from(("deploy", "docs", "tests", "src/shop"))),
    st.builds(_change, NUMBER, st.sampled_from(CHANGES)),
    st.builds(_swap, NUMBER, NUMBER),
    st.builds(_damage, NUMBER, st.binary(max_size=20)),
)


def scanned(tree: Tree, store: Memory | None) -> Scanned:
    inventory, reader = memory_inventory(tree)
    found = scan(inventory, reader, rules(), cache=ResultCache(store, b"1", "shop") if store else None)
    if found.memory:
        found.memory.flush()
    return found


@given(st.integers(0, len(POOL) - 1), st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=4))
@settings(max_examples=12, deadline=None)
def test_after_any_edits_the_same_is_found(first: int, turns: list[list[Edit]]) -> None:
    tree, store = dict(POOL[first : first + 12]), Memory()
    scanned(tree, store)
    for turn in turns:
        for edit in turn:
            edit(tree, store)
        fresh, remembered = scanned(tree, None), scanned(tree, store)
        assert remembered.hits == fresh.hits
        assert remembered.unjudged == fresh.unjudged
        for join in JOINS:
            assert remembered.facts.derive(join) == fresh.facts.derive(join)
