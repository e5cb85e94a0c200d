"""AUD466: an image or a container starts a Python module that is not in the repository."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from auditor.facts.container_starts import StartedProgram, programs_started
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ROOTS = ("", "src/", "lib/", "app/", "backend/", "server/", "api/", "python/", "service/", "services/")
_EVERYBODYS = frozenset({"tests", "test"})
"""Packages that most repositories have: an image that starts one need not be built from this one."""
_FORMS = (".py", "/__init__.py", "/__main__.py", ".pyx", ".so")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    if not any(file.language is Language.PYTHON for file in facts.files):
        return
    started = list(programs_started(facts))
    tails = _tails(facts) if started else frozenset()
    seen: set[tuple[str, int, str]] = set()
    for file, one in started:
        if (
            file.role is not Role.SHIPPED
            or (file.path, one.line, one.name) in seen
            or _is_there(one, tails, facts.all_paths)
        ):
            continue
        seen.add((file.path, one.line, one.name))
        what = "file" if one.file else "module"
        message = f"The {what} `{one.name}` is started here, and the repository has none of this name: the container ends at once."
        yield Hit(file.path, one.line, one.line, message, one.name)


def _tails(facts: RepositoryFacts) -> frozenset[str]:
    """Every path, seen from each of the folders that it lies in."""
    found: set[str] = set()
    for path in facts.all_paths:
        parts = path.split("/")
        found.update("/".join(parts[at:]) for at in range(len(parts)))
    return frozenset(found)


def _is_there(one: StartedProgram, tails: frozenset[str], paths: frozenset[str]) -> bool:
    if one.file:
        return one.name.rpartition("/")[2] in tails
    path = one.name.replace(".", "/")
    if any(f"{path}{form}" in tails for form in _FORMS):
        return True
    top = path.partition("/")[0]
    if top in sys.stdlib_module_names:
        return True
    own = top not in _EVERYBODYS and any(f"{base}{top}{form}" in paths for form in _FORMS[:2] for base in _ROOTS)
    return not own and ("/" in path or not one.served)


_COMPOSE = 'services:\n  api:\n    image: shop:1.0\n    command: ["python", "-m", "shop.gateway"]\n  jobs:\n    build: .\n    command: celery -A shop.jobs worker\n'

_MODULE = "tests.seed"

RULE = Rule(
    id="AUD466",
    name="container-program-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every Python module in the repository that its images and containers start?",
    why="The container ends with 'No module named' as soon as it is started, and is started again, for ever.",
    limits=(
        "Modules of packages that the repository has at its root or in a usual folder of sources, modules without a package that a server is to load, and files by their name, in CMD and ENTRYPOINT of Dockerfiles, "
        "and in commands of compose files and manifests. A module counts as there from any folder."
    ),
    fix="Write the module, or start the one that is there.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"container-starts", "kubernetes-containers"}),
    check_repository=_check,
    examples=(
        Example(
            title="a gateway that was never written, and a server without its application",
            files={
                "docker-compose.yml": _COMPOSE,
                "Dockerfile": 'FROM python:3.13\nCOPY . .\nCMD ["uvicorn", "service:app", "--port", "80"]\n',
                "worker/Dockerfile": "FROM python:3.13\nCOPY . .\nENTRYPOINT python /srv/drain.py --all\n",
                "src/shop/__init__.py": "",
                "src/shop/jobs/__init__.py": "",
            },
            found=("Dockerfile:3", "docker-compose.yml:4", "worker/Dockerfile:3"),
        ),
        Example(
            title="modules of others, of another folder, and a file that the image makes",
            files={
                "docker-compose.yml": _COMPOSE.replace("shop.gateway", "http.server"),
                "Dockerfile": 'FROM python:3.13\nRUN echo "print(1)" > /run.py\nCMD ["python", "/run.py"]\n',
                "api/Dockerfile": 'FROM python:3.13\nCMD gunicorn -b 0.0.0.0:80 -k uvicorn.workers.UvicornWorker "shop.web:create()"\n',
                "backend/shop/__init__.py": "",
                "backend/shop/web.py": "",
                "backend/shop/jobs.py": "",
                "backend/shop/http.py": "",
                "seed/compose.yml": f"services:\n  seed:\n    image: bank.test/ledger:2\n    command: python -m {_MODULE}\n",
                "tests/__init__.py": "",
            },
        ),
    ),
)
