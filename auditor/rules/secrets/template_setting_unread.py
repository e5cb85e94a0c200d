"""AUD346: an env template offers settings that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile
from auditor.facts.names_inventory import NameRecord, inventory
from auditor.facts.names_known import is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import SettingWords
from auditor.facts.templates import is_env_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OF_OTHERS = pattern(
    r"^(?:AWS|AZURE|GOOGLE|GCP|GCLOUD|OTEL|SENTRY|LANGCHAIN|LANGSMITH|LANGFUSE|OPENAI|ANTHROPIC|HF|HUGGING\w*|TRANSFORMERS|TOKENIZERS|CUDA|TORCH|POSTGRES\w*|PG\w*|MYSQL|MARIADB|"
    r"MONGO\w*|REDIS|MINIO|GF|GRAFANA|PROMETHEUS|RABBITMQ|KEYCLOAK|KC|NEXT|NEXTAUTH|AUTH|NUXT|VITE|REACT|EXPO|PUBLIC|DJANGO|FLASK|UVICORN|GUNICORN|HYPERCORN|WEB_CONCURRENCY|CELERY|FLOWER|"
    r"PYTHON\w*|NODE|NPM|TZ|PUID|PGID|COMPOSE|DOCKER|TRAEFIK|LETSENCRYPT|VIRTUAL|N8N|WANDB|MLFLOW|DD|NEW|JAVA|SPRING|QUARKUS|RAILS|RACK|ELASTIC\w*|ES|KIBANA|KAFKA|ZOOKEEPER|OLLAMA|"
    r"LITELLM|VLLM|SUPABASE|FIREBASE|STRIPE|CLERK|VERCEL|NETLIFY|HTTP|HTTPS|NO|SSL|GIT|GITHUB|CI|IMAGE|TAG|NGINX|PROXY|PHP|APP_ENV|LOG_LEVEL|STREAMLIT|GRADIO|CHAINLIT|PREFECT|AIRFLOW|DAGSTER|"
    r"MB|METABASE|SUPERSET|WORDPRESS|DATABASE_URL|TF|ANSIBLE|MIX|LARAVEL|CACHE|SESSION|MAIL|BROADCAST|QUEUE|FILESYSTEM|DB)(?:_|$)"
)
"""Names that libraries and images of others read by themselves."""
_NEAR = 1


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    words = [fact for _, fact in facts.of(SettingWords)]
    records = facts.derive(inventory)
    if any(fact.open for fact in words) or not any(record.uses for record in records) or _given_to_others(facts):
        return
    read = {word for fact in words for word in fact.read}
    prefixes = tuple(sorted({prefix for fact in words for prefix in fact.prefixes}))
    unread = {one.name for one in records if _is_unread(one, read, prefixes)}
    offered: dict[str, list[tuple[int, str]]] = {}
    for record in records:
        for place in record.declared:
            if is_env_template(place.path) and place.mention.place != "#":
                offered.setdefault(place.path, []).append((place.mention.line, record.name))
    for path, lines in sorted(offered.items()):
        for block in _blocks(sorted(lines)):
            names = [(line, name) for line, name in block if name in unread]
            if names:
                shown = ", ".join(f"`{name}`" for _, name in names[:3])
                message = f"The template offers {shown}{' and others' if len(names) > 3 else ''}, which nothing in the repository reads."  # noqa: PLR2004
                yield Hit(path, names[0][0], names[-1][0], message, names[0][1])


def _given_to_others(facts: RepositoryFacts) -> bool:
    """Whether a service whose image is somebody else's is given a whole file of variables."""
    services = [service for _, fact in facts.of(ComposeFile) for service in fact.services]
    return any(
        any(one.use == "env_file" for one in service.sources) and not any(one.use == "build" for one in service.sources)
        for service in services
    )


def _is_unread(record: NameRecord, read: set[str], prefixes: tuple[str, ...]) -> bool:
    name = record.name.upper()
    if record.uses or record.validated or record.passed or is_secret_name(name) or _OF_OTHERS.search(name):
        return False
    bare = [name, *(name.removeprefix(prefix) for prefix in prefixes if name.startswith(prefix))]
    return "_" in name and not any(one in read or "_" not in one for one in bare)


def _blocks(lines: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Names on lines that follow one another."""
    block: list[tuple[int, str]] = []
    for line, name in lines:
        if block and line - block[-1][0] > _NEAR:
            yield block
            block = []
        block.append((line, name))
    if block:
        yield block


_APP = "import os\n\nTIMEOUT = os.environ['SHOP_TIMEOUT']\n\n\nclass Settings:\n    shop_region: str = 'eu'\n"

RULE = Rule(
    id="AUD346",
    name="template-setting-unread",
    category=Category.MISSING_REFERENCE,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Is every setting that the env template offers read by something?",
    why="Whoever sets the retention or the rate limit of the template believes that it holds. Nothing reads it, and the default goes on.",
    limits=(
        "A name that any code or configuration mentions counts as read; names that libraries and images read by themselves, and repositories that "
        "put names together at run time or hand the whole file to others, are left alone. One finding for each paragraph."
    ),
    fix="Read the setting, or delete it from the template.",
    since="0.2.0",
    effort=20,
    reads=frozenset({"names"}),
    check_repository=_check,
    examples=(
        Example(
            title="limits that nothing keeps",
            files={
                ".env.example": "SHOP_TIMEOUT=5\nSHOP_REGION=eu\n\n# Limits\nORDERS_PER_SECOND=20\nORDERS_BURST=50\n\nRETENTION_DAYS=365\n",
                "app.py": _APP,
            },
            found=(".env.example:5", ".env.example:8"),
        ),
        Example(
            title="read under a prefix, by others, or put together",
            files={
                ".env.example": "SHOP_TIMEOUT=5\nSHOP_RATE_LIMIT=5\nAWS_REGION=eu\n",
                "app.py": _APP + "    rate_limit: int = 5\n    model_config = {'env_prefix': 'SHOP_'}\n",
            },
        ),
        Example(
            title="names that are put together at run time",
            files={
                ".env.example": "SHOP_TIMEOUT=5\nFEATURE_SEARCH=on\n",
                "app.py": _APP + "\n\ndef is_on(name):\n    return os.getenv(f'FEATURE_{name}')\n",
            },
        ),
    ),
)
