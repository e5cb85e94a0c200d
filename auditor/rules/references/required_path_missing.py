"""AUD706: a script insists on a path that is not in the repository, so that its check can only fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from auditor.facts.anchored_paths import AnchoredPaths
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.invocations import invocations
from auditor.facts.known_paths import Places, places
from auditor.facts.path_mentions import PathMentions
from auditor.facts.pattern import pattern
from auditor.facts.python_required import PythonRequired
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_paths import ROOT, variables_of
from auditor.facts.shell_program import all_commands
from auditor.facts.shell_required import RequiredPath, required_paths
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.anchored_path_missing import is_told_as_anchored
from auditor.rules.references.named_paths import is_made_by_builds

__all__ = ["RULE"]

_PATH = pattern(r"^(?:@/|\.{1,2}/)?[A-Za-z0-9_][\w.+-]*(?:/[\w.+-]+)*/?$")
_COMPOSITION = pattern(r"^(?:docker-)?compose[\w.-]*\.ya?ml$")
"""A file that people write: a program that names it does not make it."""
_LIKE_A_FILE = pattern(r"/|\.[A-Za-z][A-Za-z0-9]{0,6}$|^(?:Dockerfile|Makefile|Procfile|Jenkinsfile)$")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = facts.derive(places)
    made = "\n".join(sorted({one.made for one in facts.derive(invocations)}))
    named = "\n".join(sorted({made, *_named_by_programs(facts)}))
    for file, fact in facts.of(ShellFile):
        if file.role is Role.SHIPPED and not _leaves(fact):
            wanted = (
                one
                for one in _required(fact, file.path)
                if _last(one) not in (made if _COMPOSITION.search(one.path) else named)
            )
            yield from _hits(file.path, wanted, known)
    for file, program in facts.of(PythonRequired):
        anchored = {(one.line, one.path) for fact in facts.at(file.path, AnchoredPaths) for one in fact.paths}
        insisted = (RequiredPath(one.line, one.path) for one in program.paths)
        own = (one for one in insisted if not _is_told_elsewhere(one, anchored, known))
        yield from _hits(file.path, own, known)


def _is_told_elsewhere(one: RequiredPath, anchored: set[tuple[int, str]], known: Places) -> bool:
    """Whether AUD933 tells of the path at the same place."""
    return (one.line, one.path.removeprefix(f"{ROOT}/")) in anchored and is_told_as_anchored(one.path, known)


def _last(required: RequiredPath) -> str:
    return required.path.rstrip("/").rpartition("/")[2]


def _hits(script: str, wanted: Iterable[RequiredPath], known: Places) -> Iterator[Hit]:
    for required in wanted:
        path = required.path.removeprefix(ROOT + "/").removeprefix("./").rstrip("/")
        if _is_judged(required) and not _is_there(required, path, script, known):
            message = (
                f"This insists on `{path}`, which is not in the repository{known.hint(path)}: the check can only fail."
            )
            yield Hit(script, required.line, required.line, message, path)


def _required(fact: ShellFile, path: str) -> Iterator[RequiredPath]:
    known = variables_of(fact.program, path)
    yield from required_paths(fact.program, known)
    for program in fact.evaluated:
        for command in all_commands(program.body):
            for kind, operand in pairwise(command.texts):
                if command.name in ("test", "[", "[[") and kind in ("-f", "-d", "-e") and len(command.texts) < 6:  # noqa: PLR2004 - one test, without `-o`
                    yield RequiredPath(command.line, operand)


def _named_by_programs(facts: RepositoryFacts) -> Iterator[str]:
    """The paths that programs name, which they may write. A script of shell says itself what it makes."""
    programs = facts.of(PathMentions, lambda file: file.language is not Language.SHELL and file.role is Role.SHIPPED)
    yield from (mention.text for _, fact in programs for mention in fact.paths)


def _leaves(fact: ShellFile) -> bool:
    """Whether the script works in a folder that is not the repository's."""
    entered = (one.texts[1] for one in all_commands(fact.program.body) if one.name in ("cd", "pushd") and one.texts[1:])
    return any(text.startswith(("/", "~")) for text in entered)


def _is_judged(required: RequiredPath) -> bool:
    path = required.path
    if not _PATH.search(path) or path.startswith("../") or not _LIKE_A_FILE.search(path.removeprefix(ROOT + "/")):
        return False
    return not is_made_by_builds(path)


def _is_there(required: RequiredPath, path: str, script: str, known: Places) -> bool:
    if required.path.startswith(ROOT + "/"):
        return known.facts.exists(path) or known.from_template(path) or is_ignored(path, known.facts)
    above = script.rpartition("/")[0]
    while above:
        if known.facts.exists(f"{above}/{path}"):
            return True
        above = above.rpartition("/")[0]
    return known.facts.exists(path) or known.from_template(path) or is_ignored(path, known.facts)


RULE = Rule(
    id="AUD706",
    name="required-path-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is everything that the scripts insist on in the repository?",
    why="A validation that asks for a file which never was there fails for everybody, until somebody switches it off.",
    limits=(
        "Judged are tests of literal paths whose failure is complained about, in Python those of a list that is gone through. Passed over is what the script makes, what git "
        "ignores, what builds usually make, and what the complaint tells how to get."
    ),
    fix="Add the file, or look for what is there.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"shell", "python-required", "anchored-paths"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="names that must all be there, in a folder that is written out",
            files={
                "docs/steps/open.md": "# Open\n",
                "docs/steps/close.md": "# Close\n",
                "desk/ready.py": (
                    'from pathlib import Path\n\nROOT = Path(__file__).parent.parent\nSTEPS = ("open.md", "close.md")\n\n\ndef told():\n    wanted = ("open.md", "swap.md")\n'
                    '    return all(Path("docs/steps", one).is_file() for one in wanted)\n\n\ndef known():\n    return all((ROOT / "docs" / "steps" / one).exists() for one in STEPS)\n'
                ),
            },
            found=("desk/ready.py:8",),
        ),
        Example(
            title="a check of a manifest, a list of documents, and a test in a string that is evaluated",
            files={
                "scripts/preflight.sh": (
                    '#!/bin/bash\nif [ -f "deploy/k8s/service.yaml" ]; then\n  echo ok\nelse\n  ((ERRORS+=1))\nfi\n'
                    'wanted=(\n  docs/api.md\n  docs/runbook.md\n)\nfor one in "${wanted[@]}"; do\n  if [[ ! -f "$one" ]]; then\n    echo "missing $one"\n    exit 1\n  fi\ndone\n'
                    'check() {\n  local cmd=$2\n  if eval "$cmd"; then echo ok; else FAILED=1; fi\n}\n'
                    'check "structure" "test -d src/engine"\n[ -d charts/shop ] || exit 1\n'
                ),
                "docs/api.md": "# API\n",
                "src/main.py": "print()\n",
            },
            found=(
                "scripts/preflight.sh:2",
                "scripts/preflight.sh:9",
                "scripts/preflight.sh:21",
                "scripts/preflight.sh:22",
            ),
        ),
        Example(
            title="a list that a validator goes through",
            files={
                "validate.py": (
                    "from pathlib import Path\n\nWANTED = [\n    'docs/api.md',\n    'docs/RUNBOOK.md',\n]\n\n\ndef check(root):\n    missing = []\n    for name in WANTED:\n        path = root / name\n"
                    "        if not path.exists():\n            missing.append(name)\n    return missing\n\n\ndef optional(root):\n    for name in ['docs/extra.md']:\n        if (root / name).exists():\n            print(name)\n"
                ),
                "docs/api.md": "# API\n",
            },
            found=("validate.py:5",),
        ),
        Example(
            title="a compose file that is chosen from a table, one that a script demands and programs name, and files from the place of a test",
            files={
                "deploy/docker-compose.prod.yml": "services: {}\n",
                "src/app.py": "print()\n",
                "ops/ship.py": (
                    "class Ship:\n    def choose(self, env):\n        files = {\n            'prod': 'docker-compose.prod.yml',\n        }\n        chosen = files.get(env)\n"
                    "        place = self.root / chosen\n        if not place.exists():\n            return {'success': False, 'error': f'not found: {chosen}'}\n        return {'success': True}\n"
                ),
                "ops/back.sh": '#!/bin/bash\nif [ ! -f "docker-compose.prod.yml" ]; then\n  echo "not found. Run from project root."\n  exit 1\nfi\n',
                "tests/test_layout.py": (
                    "from pathlib import Path\n\n\ndef test_files(tmp_path):\n    base = Path(__file__).parent.parent\n    for name in ['src/app.py', 'LICENCE.md']:\n        assert (base / name).exists()\n"
                    "    for name in ['out.txt']:\n        assert (tmp_path / name).exists()\n"
                ),
            },
            found=("ops/back.sh:2", "ops/ship.py:4", "tests/test_layout.py:6"),
        ),
        Example(
            title="what is there, optional, made by the script, or told how to get",
            files={
                "scripts/preflight.sh": (
                    "#!/bin/bash\n[ -f docs/api.md ] || exit 1\nif [ -f scripts/local.sh ]; then . scripts/local.sh; fi\n"
                    "mkdir -p charts/shop\n[ -d charts/shop ] || exit 1\n"
                    'if [ ! -f web/bundle.js ]; then echo "missing: run make bundle first"; exit 1; fi\n'
                    'if [ ! -d /etc/shop ]; then exit 1; fi\n[ -f build/shop.bin ] || exit 1\n[ -f "$1/main.py" ] || exit 1\n'
                ),
                "docs/api.md": "# API\n",
            },
        ),
    ),
)
