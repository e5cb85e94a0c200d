"""AUD933: Python code works a path out from its own place, and the file is elsewhere, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.anchored_paths import AnchoredPaths
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.known_paths import Places, places
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_paths import ROOT
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.named_paths import is_made_by_builds

__all__ = ["RULE", "is_told_as_anchored"]

_KEPT = pattern(
    r"(?i)(?:^|/)(?:(?:docker-)?compose[\w.-]*\.ya?ml|Dockerfile(?:[.-][\w.-]+)?|requirements[\w.-]*\.txt|pyproject\.toml|Makefile|README\.md|alembic\.ini|pytest\.ini|package\.json)$"
)
"""What people write, and no program."""
_OWN = pattern(r"\.(?:py|sh|bash|sql|ya?ml|toml|j2|tf|html|md|ini|ts|js)$")
_COMMON = frozenset({"__init__.py", "main.py", "config.yaml", "config.yml", "config.toml", "settings.toml", "settings.yaml", "index.html", "index.md", "values.yaml", "conftest.py", "setup.py", "app.py", "config.ini"})  # fmt: skip
"""Names that files of many folders have, and that users bring along as well."""
_LATER = pattern(
    r"(?i)(?:^|[/_.-])(?:local|override|private|user|cache|output|out|tmp|temp|dist|build|generated)(?:[/_.-]|$)"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = facts.derive(places)
    for file, fact in facts.of(AnchoredPaths):
        for one in fact.paths:
            place = _elsewhere(one.path, known) if _is_missing(one.path, known) else None
            if place is not None:
                hint = f"; `{place}` is" if place else ""
                message = f"From the place of this file `{one.path}` is meant, which is not in the repository{hint}."
                yield Hit(file.path, one.line, one.line, message, one.path)


def is_told_as_anchored(path: str, known: Places) -> bool:
    """Whether this rule tells of a path that is anchored (``@/...``)."""
    own = path.removeprefix(f"{ROOT}/")
    return own != path and _is_missing(own, known) and _elsewhere(own, known) is not None


def _is_missing(path: str, known: Places) -> bool:
    if _LATER.search(path) or is_made_by_builds(path) or is_ignored(path, known.facts):
        return False
    return not known.facts.exists(path) and path not in known.facts.folders and not known.from_template(path)


def _elsewhere(path: str, known: Places) -> str | None:
    """Where the only file of this name is; empty where there is none, of a kind that people write; None where nothing can be told."""
    name = path.rpartition("/")[2]
    named = [one for one in known.index.named(name) if one in known.paths]
    if _KEPT.search(path):
        return named[0] if named else ("" if "/" in path or name.lower().startswith(("docker", "compose")) else None)
    return named[0] if len(named) == 1 and name not in _COMMON and _OWN.search(name) else None


RULE = Rule(
    id="AUD933",
    name="anchored-path-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every file where code looks for it from its own place?",
    why="`Path(__file__).parent` of a script in scripts/ is scripts/, and no root: every file that is looked for there is missing, and the first check of the deployment fails.",
    limits=(
        "Judged are Dockerfiles, compose files, requirements and the like, and files of code whose name the repository has in exactly one other place; never what the module writes, "
        "what git ignores, or what a template is there for. Each path is told once in a file."
    ),
    fix="Go up as many folders as the file lies deep, or move what is looked for.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"anchored-paths"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="one folder too few, one too many, and the same through os.path",
            files={
                "deploy/docker-compose.prod.yml": "services: {}\n",
                "deploy/Dockerfile.slim": "FROM scratch\n",
                "tools/render.py": "import os\nHERE = os.path.dirname(os.path.abspath(__file__))\nSQL = os.path.join(HERE, 'sql', 'schema.sql')\n",
                "sql/schema.sql": "select 1;\n",
                "scripts/up.js": "const path = require('path');\nconst compose = path.join(__dirname, 'docker-compose.prod.yml');\nconst there = path.resolve(__dirname, '..', 'deploy', 'Dockerfile.slim');\n",
                "scripts/deploy.py": (
                    "from pathlib import Path\n\nproject_root = Path(__file__).parent\n\n\nclass Deployer:\n"
                    "    def __init__(self):\n        self.root = project_root\n        self.compose = self.root / 'docker-compose.prod.yml'\n"
                ),
                "tests/test_image.py": (
                    "from pathlib import Path\n\n\ndef dockerfile():\n    return Path(__file__).resolve().parents[1] / 'Dockerfile.slim'\n\n\ndef test_gone():\n    old = Path(__file__).parent.parent / 'schema.sql'\n    assert not old.exists()\n\n\ndef again():\n    return Path(__file__).parent.parent / 'Dockerfile.slim'\n"
                ),
            },
            found=("scripts/deploy.py:9", "scripts/up.js:2", "tests/test_image.py:5", "tools/render.py:3"),
        ),
        Example(
            title="what is there, what the module writes, and names that may be brought along",
            files={
                ".gitignore": "*.local.yml\n",
                "deploy/docker-compose.prod.yml": "services: {}\n",
                "deploy/config.yaml": "a: 1\n",
                "reports/summary.md": "# Summary\n",
                "scripts/deploy.py": (
                    "from pathlib import Path\n\nROOT = Path(__file__).resolve().parent.parent\nCOMPOSE = ROOT / 'deploy' / 'docker-compose.prod.yml'\n"
                    "OWN = ROOT / 'docker-compose.local.yml'\nCONFIG = ROOT / 'config.yaml'\n\n\ndef report(text):\n    (ROOT / 'summary.md').write_text(text)\n\n\ndef of(root):\n    return root / 'Dockerfile'\n"
                ),
                "scripts/find.py": (
                    "import os\nfrom pathlib import Path\n\nHERE = Path(__file__).parent\nPLACES = [HERE / 'docker-compose.prod.yml', HERE.parent / 'deploy' / 'docker-compose.prod.yml']\n\n\ndef found():\n"
                    "    path = os.path.join(os.path.dirname(__file__), '../deploy/docker-compose.prod.yml')\n    if not os.path.exists(path):\n        path = os.path.join(os.path.dirname(__file__), 'docker-compose.prod.yml')\n    return path\n"
                ),
            },
        ),
    ),
    check_repository=_check,
)
