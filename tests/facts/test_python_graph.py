"""Functions joined across modules: whom they reach and what they do through others."""

import time

from auditor.facts.effects import Effect
from auditor.facts.python_exports import python_exports
from auditor.facts.python_graph import PythonGraph, python_graph
from auditor.facts.python_module import PARSER
from auditor.facts.repository import RepositoryFacts
from auditor.facts.source import Source
from auditor.repo.inventory import memory_inventory


def facts_of(tree: dict[str, str]) -> RepositoryFacts:
    inventory, reader = memory_inventory(tree)
    facts = {}
    for file in inventory.files:
        fact = PARSER.parse(Source(file, reader.read(file.path)))
        facts[file.path] = (fact,) if fact else ()
    return RepositoryFacts(inventory.files, facts, inventory.all_paths)


def effects(tree: dict[str, str], path: str, name: str) -> frozenset[Effect]:
    graph = facts_of(tree).derive(python_graph)
    module = next(module for module in graph.all if module.path == path)
    return graph.effects(module, module.functions[name])


def test_effects_come_through_imports_aliases_and_methods() -> None:
    tree = {
        "package/__init__.py": "",
        "package/low.py": "def read(path):\n    return open(path)\n",
        "package/high.py": (
            "from .low import read as load\n\n\nclass Base:\n    def step(self):\n        return load('x')\n\n\n"
            "class Job(Base):\n    def run(self):\n        return self.step()\n"
        ),
    }
    assert effects(tree, "package/high.py", "Job.run") == {Effect.FILE_READ}


def test_cycles_end() -> None:
    tree = {"a.py": "def f():\n    print('x')\n    return g()\n\n\ndef g():\n    return f()\n"}
    assert effects(tree, "a.py", "g") == {Effect.LOG}


def test_what_cannot_be_followed_is_unknown() -> None:
    tree = {"a.py": "from library import magic\n\n\ndef f():\n    return magic()\n"}
    assert effects(tree, "a.py", "f") == {Effect.UNKNOWN}


def test_making_a_dataclass_of_the_repository_does_nothing() -> None:
    tree = {
        "a.py": "from dataclasses import dataclass\n\n\n@dataclass\nclass R:\n    ok: bool\n\n\ndef f():\n    return R(ok=True)\n"
    }
    assert effects(tree, "a.py", "f") == frozenset()


def test_two_modules_of_one_name_are_not_mixed_up() -> None:
    tree = {"one/tools.py": "def f(): ...\n", "two/tools.py": "def f(): ...\n"}
    graph = facts_of(tree).derive(python_graph)
    assert graph.find("tools") is None
    found = graph.find("one.tools")
    assert found is not None
    assert found.path == "one/tools.py"


def test_exports_know_stars_packages_and_compiled_modules() -> None:
    tree = {
        "p/__init__.py": "from .names import *\n",
        "p/names.py": "A = 1\n",
        "p/fast.cpython-311.so": "",
        "p/data/x.txt": "",
        "use.py": "",
    }
    facts = facts_of({path: text for path, text in tree.items() if path.endswith(".py")})
    facts = RepositoryFacts(facts.files, facts.facts, frozenset(tree))
    exports = facts.derive(python_exports)
    graph: PythonGraph = facts.derive(python_graph)
    package = graph.find("p")
    assert package is not None
    assert [exports.offers(package, name) for name in ("A", "names", "fast", "data", "B")] == [
        True,
        True,
        True,
        True,
        False,
    ]


def test_a_file_of_fifty_thousand_lines_takes_seconds() -> None:
    text = "".join(
        f"def f{n}(x):\n    y = x + {n}\n    if y:\n        return f{n + 1}(y)\n    return True\n"
        for n in range(10_000)
    )
    started = time.process_time()
    facts = facts_of({"big.py": text + "def f10000(x):\n    return open(x)\n"})
    graph = facts.derive(python_graph)
    assert graph.effects(graph.all[0], graph.all[0].functions["f0"]) >= {Effect.FILE_READ}
    assert time.process_time() - started < 30
