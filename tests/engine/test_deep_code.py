"""Code that is nested too deeply for a rule is told as such, and what was found until then is kept."""

from auditor.engine.map_stage import Mapped, map_file
from auditor.facts.base import Unreadable
from auditor.repo.inventory import memory_inventory
from auditor.rules.registry import rules

_CHECKED = "def check_{0}(doc):\n    return float(({1}).get('error_rate', 0.0))\n\n\n"
_DEEP = "+".join(["doc"] * 600)


def _mapped(*held: str) -> Mapped:
    text = "".join(_CHECKED.format(at, one) for at, one in enumerate(held))
    inventory, reader = memory_inventory({"tools/ship_gate.py": text})
    (file,) = inventory.files
    only = [one for one in rules() if one.id == "AUD881"]
    return map_file(file, reader.read(file.path), (), only)


def _lines(mapped: Mapped) -> list[int]:
    return [one.hit.start_line for one in mapped.hits]


def test_what_was_found_before_is_kept_and_the_file_is_told() -> None:
    mapped = _mapped("doc", "doc", _DEEP, "doc")
    assert _lines(mapped) == [2, 6]
    assert [one for one in mapped.facts if isinstance(one, Unreadable)] == [
        Unreadable("nested too deeply to be judged")
    ]


def test_a_file_of_common_depth_is_told_of_nowhere() -> None:
    mapped = _mapped("doc", "doc+doc", "doc")
    assert _lines(mapped) == [2, 6, 10]
    assert not any(isinstance(one, Unreadable) for one in mapped.facts)
