"""AUD349: a service of the project is started without a setting that its program refuses to start without."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile, ComposeService
from auditor.facts.dockerfile_stages import DockerfileStages
from auditor.facts.library_settings import is_read_elsewhere
from auditor.facts.names_fact import Act, Default, Names
from auditor.facts.names_inventory import inventory
from auditor.facts.names_known import is_given, is_secret_name
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import setting_readers
from auditor.facts.templates import is_working_copy
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.secrets.started_containers import services_of_folders, started_containers

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    required = facts.derive(_required)
    told = {(hit.path, hit.start_line): hit for hit in _of_compositions(facts, required)} if required else {}
    for hit in (*_beside_others(facts, required), *_of_manifests(facts, required), *_signing(facts)):
        told.setdefault((hit.path, hit.start_line), hit)
    yield from told.values()


def _beside_others(facts: RepositoryFacts, required: dict[str, str]) -> Iterator[Hit]:
    """Containers that lack a required secret which another container of the same image is given."""
    containers = facts.derive(started_containers) if required else ()
    given: dict[str, set[str]] = {}
    for one in containers:
        given.setdefault(one.image, set()).update(one.names & required.keys())
    for one in containers:
        lacking = sorted(given[one.image] - one.names)
        if one.image and lacking:
            shown = ", ".join(f"`{name}`" for name in lacking[:3])
            message = f"The container is not given {shown}, without which the settings of its program raise an error at the start; another of this image is."
            yield Hit(one.path, one.line, one.line, message, lacking[0])


def _of_manifests(facts: RepositoryFacts, required: dict[str, str]) -> Iterator[Hit]:
    """Containers of manifests that are given fields of typed settings, and not the secrets that these require."""
    if not required or facts.derive(setting_readers).walks:
        return
    fields = [
        frozenset(one.name for one in names.items if one.act is Act.DECLARED)
        for file, names in facts.of(Names, lambda file: file.language is Language.PYTHON)
    ]
    fields = [one for one in fields if one & required.keys()]
    for container in facts.derive(started_containers):
        if any(True for _ in facts.at(container.path, ComposeFile)):
            continue
        own = max(fields, key=lambda one: len(one & container.names), default=frozenset[str]())
        lacking = sorted((own & required.keys()) - container.names)
        if len(own & container.names) >= _FIELDS and lacking:
            shown = ", ".join(f"`{name}`" for name in lacking[:3])
            message = f"The container is not given {shown}, without which the settings of its program raise an error at the start."
            yield Hit(container.path, container.line, container.line, message, lacking[0])


def _signing(facts: RepositoryFacts) -> Iterator[Hit]:
    """Containers of the program that signs or encrypts with what the code holds, since nobody gives them a key."""
    keys = facts.derive(_own_keys)
    told: set[str] = set()
    readers = facts.derive(setting_readers)
    for one in facts.derive(started_containers) if keys and not readers.walks else ():
        if one.path in told or any(map(_SIGNING.search, one.names)):
            continue
        read = [
            name for name in one.names if readers.may_read(name) and not is_read_elsewhere(name) and not is_given(name)
        ]
        place = _program_of(one.path, read, facts)
        lacking = sorted(name for name, paths in keys.items() if any(path.startswith(place) for path in paths))
        if len(read) < _FEWEST or not lacking:
            continue
        told.add(one.path)  # of a worker beside it nobody can tell whether it signs anything
        shown = ", ".join(f"`{name}`" for name in lacking[:3])
        message = f"The container is not given {shown}: its program falls back on the key of the code, or makes one up at each start."
        yield Hit(one.path, one.line, one.line, message, lacking[0], Severity.MEDIUM)


def _own_keys(facts: RepositoryFacts) -> dict[str, frozenset[str]]:
    """The keys with which shipped programs sign or encrypt and which they can do without, with their files; for `RepositoryFacts.derive`."""
    found: dict[str, frozenset[str]] = {}
    for record in facts.derive(inventory):
        if _SIGNING.search(record.name) is None:
            continue
        spared = frozenset(one.path for one in record.uses if one.mention.default is not Default.NONE)
        demanded = {one.path for one in record.uses if one.mention.default is Default.NONE}
        demanded |= {one.path for one in record.validated}
        paths = frozenset(path for path in spared - demanded if _is_program(path, facts))
        if paths:
            found[record.name] = paths
    return found


def _readers(facts: RepositoryFacts) -> dict[str, frozenset[str]]:
    """The programs that read each name; for `RepositoryFacts.derive`."""
    return {
        record.name: frozenset(one.path for one in record.uses if _is_program(one.path, facts))
        for record in facts.derive(inventory)
    }


def _is_program(path: str, facts: RepositoryFacts) -> bool:
    file = facts.by_path.get(path)
    return file is not None and file.language in _PROGRAMS


def _program_of(path: str, names: list[str], facts: RepositoryFacts) -> str:
    """The nearest folder above a composition, with a slash, that has a program which reads one of the names; empty for the root."""
    known = facts.derive(_readers)
    paths = [each for name in names for each in known.get(name, ())]
    folder = path.rpartition("/")[0]
    while folder and not any(each.startswith(f"{folder}/") for each in paths):
        folder = folder.rpartition("/")[0]
    return f"{folder}/" if folder else ""


def _of_compositions(facts: RepositoryFacts, required: dict[str, str]) -> Iterator[Hit]:
    """Services that are built here and lack what typed settings require."""
    alike = facts.derive(services_of_folders)
    for file, fact in facts.of(ComposeFile):
        folder = file.path.rpartition("/")[0]
        if file.role is not Role.SHIPPED or is_working_copy(file.path) or "override" in file.name:
            continue
        for service in fact.services:
            others = alike[folder, service.name]
            if any(source.use == "env_file" for one in others for source in one.sources):
                continue
            given = {name.upper() for one in others for name in one.given}
            missing = [name for name in _missing(service, folder, required, facts) if name not in given]
            if missing:
                shown = ", ".join(f"`{name}`" for name in missing[:3])
                message = f"The service is not given {shown}, without which the settings of its program raise an error at the start."
                yield Hit(file.path, service.given_from, service.given_from, message, service.name)


_FIELDS = 2
"""How many fields of settings a container must be given before it is taken for that of their program."""
_FEWEST = 3
"""How many names of a container the code must read before it is taken for its program."""
_PROGRAMS = frozenset({Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.GO, Language.RUST})
_SIGNING = pattern(
    r"^(?:[A-Z0-9]+_)*(?:JWT_SECRET|JWT_SECRET_KEY|JWT_KEY|API_SECRET_KEY|APP_SECRET_KEY|SECRET_KEY|SESSION_SECRET|SIGNING_KEY|COOKIE_SECRET|AUTH_SECRET)$"
)


def _required(facts: RepositoryFacts) -> dict[str, str]:
    """The settings without a default that typed settings declare, each with the folder of their file; for `RepositoryFacts.derive`."""
    found: dict[str, str] = {}
    for file, names in facts.of(Names):
        if file.language is not Language.PYTHON or file.role is not Role.SHIPPED:
            continue
        declared = {(one.line, one.name) for one in names.items if one.act is Act.DECLARED}
        for one in names.items:
            if one.act is Act.VALIDATED and (one.line, one.name) in declared and is_secret_name(one.name):
                found[one.name] = file.path.rpartition("/")[0]
    return found


def _missing(service: ComposeService, folder: str, required: dict[str, str], facts: RepositoryFacts) -> list[str]:
    uses = {one.use for one in service.sources}
    if not service.given_from or service.inherits or "build" not in uses or "env_file" in uses:
        return []
    if any(one.use == "mount" and (one.path.strip("./") == "" or ".env" in one.path) for one in service.sources):
        return []  # the folder itself is mounted, and with it the file of variables
    context = next(joined_path(folder, one.path) for one in service.sources if one.use == "build")
    if _takes_all(service, context, folder, facts):
        return []
    base = f"{context}/" if context else ""
    return sorted(name for name, place in required.items() if f"{place}/".startswith(base))


def _takes_all(service: ComposeService, context: str, folder: str, facts: RepositoryFacts) -> bool:
    """Whether the image may hold a file of variables, or its Dockerfile cannot be seen."""
    named = next((joined_path(folder, one.path) for one in service.sources if one.use == "dockerfile"), None)
    path = named or joined_path(context, "Dockerfile")
    held = list(facts.at(path, DockerfileStages))
    return not held or held[0].takes_all


_SETTINGS = "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    SECRET_KEY: str\n    LOG_LEVEL: str = 'info'\n"
_IMAGE = 'FROM python:3.13\nCOPY app/ ./app/\nCMD ["python", "-m", "app"]\n'
_COMPOSE = "services:\n  api:\n    build: .\n    environment:\n      - SECRET_KEY=${SECRET_KEY:?}\n  worker:\n    build: .\n    environment:\n      - LOG_LEVEL=debug\n"

RULE = Rule(
    id="AUD349",
    name="required-setting-not-given",
    category=Category.MISSING_SECRET,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is every service of the project given the secrets that its settings require?",
    why="Typed settings raise an error for a field without a value: the worker ends at its start, again and again, while the API runs.",
    limits=(
        "Secrets among the fields without a default of pydantic settings, and services of compositions that are built here and list their "
        "variables; containers of manifests that are given two other fields; containers of which another of the same image is given the secret; keys for signing that the code replaces by its own and a container of the program lacks, one for each file. A file of variables, be it given, mounted or copied with the whole context, counts as giving all."
    ),
    fix="Give the service the variable, or share one list of variables among the services.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"container-environment", "compose"}),
    check_repository=_check,
    examples=(
        Example(
            title="a worker of the same image, a container whose program signs with the key of the code, and one that takes all from a secret",
            files={
                "shop/settings.py": _SETTINGS,
                "deploy/compose.yml": (
                    "services:\n  api:\n    image: acme/shop:1\n    environment:\n      SECRET_KEY: ${SECRET_KEY:?}\n      LOG_LEVEL: info\n  worker:\n    image: acme/shop:1\n    environment:\n      LOG_LEVEL: info\n"
                    "  cache:\n    image: redis:7\n    environment:\n      CACHE_SIZE: 1\n"
                ),
                "shop/sign.py": "import os\n\nKEY = os.getenv('SHOP_JWT_SECRET') or 'shop'\nURL = os.environ['SHOP_URL'], os.environ['SHOP_MODE'], os.environ['SHOP_STORE']\n",
                "k8s/shop.yaml": (
                    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: acme/shop-web:1\n          env:\n"
                    "            - name: SHOP_URL\n              value: a\n            - name: SHOP_MODE\n              value: a\n            - name: SHOP_STORE\n              value: a\n"
                    "        - name: other\n          image: acme/shop-jobs:1\n          envFrom:\n            - secretRef:\n                name: shop\n          env:\n"
                    "            - name: SHOP_URL\n              value: a\n            - name: SHOP_MODE\n              value: a\n            - name: SHOP_STORE\n              value: a\n"
                ),
            },
            found=("deploy/compose.yml:9", "k8s/shop.yaml:11"),
        ),
        Example(
            title="a container of a manifest that is given two fields and not the third, beside one that takes a secret as a whole, and a job of another program",
            files={
                "shop/settings.py": "from pydantic import SecretStr\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n\n\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='SHOP_')\n\n    bank_token: SecretStr\n    letter_key: SecretStr\n    log_level: str = 'info'\n    currency: str = 'EUR'\n",
                "k8s/shop.yaml": (
                    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\ndata:\n  SHOP_LOG_LEVEL: debug\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: acme/shop:1\n"
                    "          envFrom:\n            - configMapRef:\n                name: shop\n          env:\n            - name: SHOP_BANK_TOKEN\n              valueFrom: {secretKeyRef: {name: shop, key: bank}}\n"
                ),
                "k8s/jobs.yaml": (
                    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: jobs\nspec:\n  template:\n    spec:\n      containers:\n        - name: jobs\n          image: acme/shop-jobs:1\n          envFrom:\n            - secretRef:\n                name: shop\n          env:\n"
                    "            - name: SHOP_LOG_LEVEL\n              value: info\n            - name: SHOP_CURRENCY\n              value: EUR\n        - name: other\n          image: acme/other:1\n          env:\n            - name: OTHER_LOG_LEVEL\n              value: info\n"
                ),
            },
            found=("k8s/shop.yaml:21",),
        ),
        Example(
            title="a key without which the program ends, and one that the program of another folder falls back on",
            files={
                "api/sign.py": "import os\n\nKEY = os.getenv('JWT_SECRET', 'api-key')\n",
                "mailer/mail.py": "import os\n\nURL = os.environ['ROUND_URL'], os.environ['ROUND_MODE'], os.environ['ROUND_STORE']\n",
                "mailer/compose.yml": "services:\n  mailer:\n    image: acme/mailer:1\n    environment:\n      ROUND_URL: a\n      ROUND_MODE: a\n      ROUND_STORE: a\n",
                "sender/send.py": "import os\n\nURL = os.environ['SEND_URL'], os.environ['SEND_MODE'], os.environ['SEND_STORE'], os.environ['SEND_SIGNING_KEY']\n",
                "sender/compose.yml": "services:\n  sender:\n    image: acme/sender:1\n    environment:\n      SEND_URL: a\n      SEND_MODE: a\n      SEND_STORE: a\n",
            },
        ),
        Example(
            title="a worker without the key that the server has",
            files={"app/settings.py": _SETTINGS, "Dockerfile": _IMAGE, "docker-compose.yml": _COMPOSE},
            found=("docker-compose.yml:8",),
        ),
        Example(
            title="a file of variables, a mounted folder, an image with everything, and somebody else's image",
            files={
                "app/settings.py": _SETTINGS,
                "Dockerfile": _IMAGE,
                "compose.override.yml": "services:\n  api:\n    build: .\n    environment:\n      LOG_LEVEL: trace\n",
                "all/Dockerfile": "FROM python:3.13\nCOPY . .\n",
                "docker-compose.yml": (
                    "services:\n  api:\n    build: .\n    env_file: .env\n    environment:\n      LOG_LEVEL: debug\n  worker:\n    build: .\n    volumes:\n      - .:/app\n"
                    "    environment:\n      LOG_LEVEL: debug\n  cache:\n    image: redis:7\n    environment:\n      LOG_LEVEL: debug\n"
                    "  whole:\n    build:\n      context: .\n      dockerfile: all/Dockerfile\n    environment:\n      LOG_LEVEL: debug\n"
                ),
            },
        ),
    ),
)
