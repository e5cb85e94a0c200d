"""What an entry point reaches, and by which way."""

from __future__ import annotations

from auditor.engine.scan import scan
from auditor.facts.reachability import exercised, reached_from
from auditor.facts.repository import RepositoryFacts
from auditor.repo.inventory import memory_inventory

WORKFLOW = """on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: |
          echo start
          python scripts/deploy.py
"""


def facts_of(tree: dict[str, str]) -> RepositoryFacts:
    inventory, reader = memory_inventory(tree)
    return scan(inventory, reader, []).facts


def test_a_workflow_reaches_the_script_it_runs_and_what_that_imports() -> None:
    tree = {
        ".github/workflows/deploy.yml": WORKFLOW,
        "scripts/deploy.py": "from shop.flags import read\n\nread()\n",
        "shop/__init__.py": "",
        "shop/flags.py": "from . import store\n\ndef read():\n    return store.load()\n",
        "shop/store.py": "def load():\n    return {}\n",
        "shop/unused.py": "def idle():\n    return {}\n",
    }
    ways = facts_of(tree).derive(reached_from)
    origin = ".github/workflows/deploy.yml job deploy, step 2 -> scripts/deploy.py"
    assert ways["scripts/deploy.py"] == origin
    assert ways["shop/flags.py"] == f"{origin} -> shop/flags.py"
    assert ways["shop/store.py"] == f"{origin} -> shop/flags.py -> shop/store.py"
    assert "shop/unused.py" not in ways


def test_what_only_tests_reach_is_not_reached_but_exercised() -> None:
    tree = {
        "shop/pay.py": "def pay():\n    return 1\n",
        "tests/test_pay.py": "from shop.pay import pay\n\ndef test_pay():\n    assert pay() == 1\n",
    }
    facts = facts_of(tree)
    assert "shop/pay.py" not in facts.derive(reached_from)
    assert "shop/pay.py" in facts.derive(exercised)


def test_images_services_and_commands_are_entries() -> None:
    tree = {
        "Dockerfile": 'FROM python:3.12\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
        "run.sh": "#!/bin/sh\nexec python -m shop.server\n",
        "shop/server.py": "def main():\n    return 1\n",
        "shop/cli.py": "def main():\n    return 1\n",
        "compose.yml": "services:\n  worker:\n    command: python -m shop.worker\n",
        "shop/worker.py": "def main():\n    return 1\n",
        "pyproject.toml": '[project]\nname = "acme"\n[project.scripts]\nacme = "shop.cli:main"\n',
    }
    ways = facts_of(tree).derive(reached_from)
    assert ways["shop/server.py"] == "Dockerfile -> run.sh -> shop/server.py"
    assert ways["shop/worker.py"] == "compose.yml -> shop/worker.py"
    assert ways["shop/cli.py"] == "pyproject.toml (command acme) -> shop/cli.py"


def test_modules_that_import_each_other_end() -> None:
    tree = {
        "Makefile": "run:\n\tpython a.py\n",
        "a.py": "import b\n",
        "b.py": "import a\n",
    }
    ways = facts_of(tree).derive(reached_from)
    assert ways["b.py"] == "Makefile -> a.py -> b.py"
