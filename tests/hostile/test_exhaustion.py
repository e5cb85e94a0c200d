"""Files that are made to exhaust whoever reads them: each is judged or named, and the file beside it is judged."""

import gc
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from types import FrameType

import pytest

from auditor.engine import budget, workers
from auditor.engine.budget import OutOfTime, time_budget
from auditor.engine.scan import Scanned, scan
from auditor.model.finding import Hit
from auditor.model.fingerprint import squeezed
from auditor.model.source import Role
from auditor.pipeline import Request, audit_repository
from auditor.repo.inventory import memory_inventory
from auditor.repo.owners import MOST_OWNERS, Owners
from auditor.rules.registry import rules

DEEP = 100_000
CANARY = {"canary.py": "# TODO: mend\n"}
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
ENTITIES = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY e0 "x">\n' + "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">\n' for n in range(1, 12)
) + "]>\n<a>&e11;</a>\n"  # fmt: skip

HOSTILE: dict[str, tuple[str, str]] = {
    "brackets in Python": ("a.py", "[" * DEEP),
    "calls in Python": ("a.py", "f(" * DEEP + ")" * DEEP),
    "attributes in Python": ("a.py", "a" + ".b" * DEEP),
    "a sum in Python": ("a.py", "a = 1" + " + 1" * DEEP),
    "conditions in Python": ("a.py", "x = " + "1 if a else " * DEEP + "2"),
    "blocks in Python": ("a.py", "".join("  " * n + "if a:\n" for n in range(90)) + "  " * 90 + "pass\n"),
    "a NUL in Python": ("a.py", "x = 1\n\0\n"),
    "a carriage return in Python": ("a.py", 'A = """#!/bin/sh\nA=$(cat x)\n' + "\r" * 40 + '"""\n'),
    "brackets in YAML": ("a.yml", "a: " + "[" * DEEP),
    "mappings in YAML": ("a.yml", "{a: " * DEEP),
    "aliases in YAML": (".github/workflows/a.yml", BOMB),
    "a tag in YAML": (".github/workflows/a.yml", "a: !!python/object/apply:os.system ['exit 3']\n"),
    "brackets in JSON": ("dashboards/a.json", '{"panels": ' + "[" * DEEP),
    "digits in JSON": ("dashboards/a.json", '{"panels": ' + "9" * DEEP + "}"),
    "digits of a scraped port": (
        "prometheus.yml",
        f"scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: ['localhost:{'9' * 5_000}']\n",
    ),
    "digits of a port that alerts go to": (
        "alertmanager.yml",
        f"route:\n  receiver: a\nreceivers:\n  - name: a\n    webhook_configs:\n      - url: http://localhost:{'9' * 5_000}/\n",
    ),
    "entities in XML": ("a.xml", ENTITIES),
    "brackets in TOML": ("pyproject.toml", "a = " + "[" * DEEP),
    "dots in TOML": ("pyproject.toml", ".".join("a" * DEEP) + " = 1"),
    "substitutions in shell": ("a.sh", "#!/bin/sh\n" + "echo $(" * DEEP + ")" * DEEP),
    "groups in shell": ("a.sh", "{ " * DEEP),
    "pipes in shell": ("a.sh", "a" + " | a" * 30_000),
    "ands in shell": ("a.sh", "a" + " && a" * 30_000),
    "quotes in Markdown": ("a.md", "> " * DEEP + "a"),
    "lists in Markdown": ("a.md", "".join(" " * n + "- a\n" for n in range(2000))),
    "brackets in Markdown": ("a.md", "[" * 30_000),
    "emphasis in Markdown": ("a.md", "*a_ " * DEEP),
    "backticks in Markdown": ("a.md", "".join("`" * n + "a" for n in range(400))),
    "brackets in JavaScript": ("a.js", "[" * DEEP),
    "blocks in HCL": ("a.tf", "a {\n" * 20_000),
    "a long line": ("a.sh", "echo " + "a " * 200_000),
    "a long word": ("a.py", "x = '" + "a" * 2_000_000 + "'\n"),
    "many markers": ("a.py", "# TODO: x\n" * 20_000),
    "many assignments": ("a.env", "PASSWORD=x\n" * 5_000),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_it_is_judged_or_named_and_the_rest_is_judged(name: str) -> None:
    path, text = HOSTILE[name]
    scanned = scan_of({path: text, **CANARY})
    assert [one.rule for one in scanned.hits if one.hit.path == "canary.py"] == ["AUD101"]
    assert {one.path for one in scanned.unjudged} <= {path}


def scan_of(tree: dict[str, str]) -> Scanned:
    inventory, reader = memory_inventory(tree)
    return scan(inventory, reader, rules())


@pytest.mark.parametrize(
    "name",
    [
        "brackets in Python",
        "a carriage return in Python",
        "aliases in YAML",
        "brackets in TOML",
        "dots in TOML",
        "brackets in Markdown",
    ],
)
def test_what_exceeds_its_depth_is_named(name: str) -> None:
    path, text = HOSTILE[name]
    assert [one.path for one in scan_of({path: text, **CANARY}).unjudged] == [path]


@pytest.mark.parametrize("number", ["0x" + "f" * 5_000, "9" * 400])
def test_a_number_that_is_no_float_or_cannot_be_written_hides_nothing(number: str) -> None:
    """The hexadecimal one has more digits than Python writes (4300), and neither is below the largest float."""
    text = f'def get_metrics():\n    # TODO: mend\n    return {{"requests": {number}, "error_rate": {number}}}\n'
    scanned = scan_of({"app.py": text})
    assert scanned.unjudged == ()
    assert "AUD101" in {one.rule for one in scanned.hits}


def test_an_end_of_time_that_was_lost_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "AGAIN", 0.01)
    with budget.time_budget(0.01):
        for _ in range(2):
            with pytest.raises(budget.OutOfTime):
                _spin()


def test_time_in_which_others_have_the_processor_does_not_count() -> None:
    woken = False
    with time_budget(0.01):
        sleep(0.05)
        woken = True
    assert woken


def test_a_file_that_takes_too_long_is_named_and_the_rest_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "FILE_SECONDS", 1.0)
    slow = "".join(f"def f{n}(a, b):\n    return a + b\n" for n in range(20_000))
    callbacks = gc.callbacks[:]  # Hypothesis measures collections, and what is raised in there is lost
    gc.callbacks.clear()
    try:
        scanned = scan_of({"slow.py": slow, **CANARY})
    finally:
        gc.callbacks.extend(callbacks)
    assert [(one.path, one.reason) for one in scanned.unjudged] == [
        ("slow.py", "judging it took more than 1 s of processor time")
    ]
    assert "canary.py" in {one.hit.path for one in scanned.hits}


def test_a_defect_that_one_file_brings_out_is_named_and_the_rest_is_judged() -> None:
    def fail(_: object) -> Iterable[Hit]:
        raise IndexError("tuple index out of range")

    broken = replace(rules()[-1], check_file=fail, check_repository=None, check_document=None, check_waivers=None)
    broken = replace(broken, triggers=("brittle",), reads=frozenset(), roles=frozenset(Role))
    inventory, reader = memory_inventory({"a.py": "x = 'brittle'\n", **CANARY})
    scanned = scan(inventory, reader, [*rules()[:-1], broken])
    told = "judging it failed (IndexError): a defect of auditor"
    assert [(one.path, one.reason) for one in scanned.unjudged] == [("a.py", told)]
    assert "canary.py" in {one.hit.path for one in scanned.hits}


def test_time_is_given_to_each_file_anew() -> None:
    for _ in range(3):
        with pytest.raises(OutOfTime), time_budget(0.01):
            _spin()
    with time_budget(30):
        pass


def _spin() -> None:
    while True:
        pass


GROWING: dict[str, Callable[[int], tuple[str, str]]] = {
    "python": lambda n: ("a.py", "def f(a):\n    # TODO: token = 'x'\n    return os.environ.get('A_TOKEN', '')\n" * n),
    "shell": lambda n: ("a.sh", 'echo "ok" || true; export TOKEN=abc # TODO\n' * n),
    "markdown": lambda n: ("a.md", "Run `scripts/a.sh`, see [it](b.md). TODO\n\n" * n),
    "paragraphs of brackets": lambda n: ("a.md", ("[" * 40 + "\n\n") * n),
    "marks of emphasis": lambda n: ("a.md", "*a `" * 20 * n),
    "yaml": lambda n: ("a.yml", "- name: x\n  run: echo ok # TODO\n" * n),
    "one line": lambda n: ("a.env", "TOKEN=abc:" * n),
}


@pytest.mark.parametrize("name", sorted(GROWING))
def test_work_grows_with_the_text_and_not_with_its_square(name: str) -> None:
    """Counted in calls and lines that Python runs, so that no clock decides."""
    small, large = (_events(GROWING[name](size)) for size in (50, 400))
    assert large < small * 8 * 1.6


@pytest.mark.parametrize("size", [20, 200])
def test_findings_on_one_long_line_look_at_it_once(tmp_path: Path, size: int) -> None:
    """Or their work would grow with the square of their number, in native code that no call tells of."""
    mentions = " ".join(f"`scripts/absent{number}.sh`" for number in range(size))
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "present.sh").write_text("#!/bin/sh\nexec true\n")
    (tmp_path / "README.md").write_text(f"# Shop\n\n{mentions}\n")
    looked = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal looked
        looked += event == "call" and frame.f_code is squeezed.__code__

    sys.setprofile(note)
    try:
        audit, _ = audit_repository(Request(repository=tmp_path, now=datetime(2026, 12, 1, tzinfo=UTC)))
    finally:
        sys.setprofile(None)
    assert sum(one.path == "README.md" for one in audit.findings) >= size
    assert looked < 10


def test_a_line_of_very_many_owners_is_cut() -> None:
    owners = Owners("* " + "@a " * 100_000)
    assert owners.of("app.py") == ("@a",) * MOST_OWNERS


def _events(tree: tuple[str, str]) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    inventory, reader = memory_inventory(dict([tree]))
    scan(inventory, reader, rules())
    sys.setprofile(note)
    try:
        scan(inventory, reader, rules())
    finally:
        sys.setprofile(None)
    return count
