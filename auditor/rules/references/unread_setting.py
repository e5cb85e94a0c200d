"""AUD790: an env template offers settings that nothing reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.facts.names_inventory import NameRecord, inventory, similar_name
from auditor.facts.names_known import is_secret_name
from auditor.facts.repository import RepositoryFacts
from auditor.facts.unread_settings import judged_templates
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NEIGHBOURS = 3
"""How far settings that are told together may be apart: a blank line and a comment between them."""
_SCATTERED = 5
"""How many places of a template are told one by one where they hold a setting or two each."""
_NAMED = 3
"""How many settings a message names."""


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    records = repository.derive(inventory)
    for path, unread in repository.derive(judged_templates).items():
        declared = {record.name for record in records if any(place.path == path for place in record.declared)}
        wanted = _wanted(records, declared)
        settings = {name: line for name, line in unread.items() if not is_secret_name(name)}
        yield from _hits(path, settings, wanted, whole=2 * len(unread) > len(declared))


def _wanted(records: Iterable[NameRecord], declared: set[str]) -> frozenset[str]:
    """The names that code reads and the template does not have: one of them may be meant."""
    return frozenset(
        record.name for record in records if record.uses and "_" in record.name and record.name not in declared
    )


def _hits(path: str, unread: dict[str, int], wanted: frozenset[str], *, whole: bool) -> Iterator[Hit]:
    """One hit for neighbouring settings, or for the `whole` template where most of it is read by nothing."""
    groups: list[list[str]] = []
    for name, line in sorted(unread.items(), key=lambda one: (one[1], one[0])):
        if groups and (whole or line - unread[groups[-1][-1]] <= _NEIGHBOURS):
            groups[-1].append(name)
        else:
            groups.append([name])
    if len(groups) > _SCATTERED and len(unread) < 2 * len(groups):
        groups = [[name for group in groups for name in group]]
    for group in groups:
        names = ", ".join(f"`{name}`" for name in group[:_NAMED])
        more = f" and {len(group) - _NAMED} more" if len(group) > _NAMED else ""
        other = next((one for name in group if (one := similar_name(name, wanted, frozenset()))), None)
        meant = f" (`{other}` is read)" if other else ""
        message = f"The template offers {names}{more}, which nothing in the repository reads{meant}."
        yield Hit(path, unread[group[0]], unread[group[-1]], message, group[0])


_CODE = (
    "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    shop_url: str\n    SHOP_CURRENCY: str = 'EUR'\n"
    "    PARSER_TIMEOUT: int = 30\n    database_pool: int = 5\n"
)

RULE = Rule(
    id="AUD790",
    name="unread-setting",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    question="Is every setting that the env template offers read by something?",
    why="Whoever sets it believes that something changes: a limit, a backup or an audit log is on paper only.",
    limits=(
        "A name that code, scripts or configuration mention counts as read, in files about settings in small letters too, and so does what may be put "
        "together from parts. Names of well-known images and libraries are passed over, and so are repositories that go through the whole environment."
    ),
    fix="Read it, or strike it from the template.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"names", "setting-words"}),
    check_repository=_check,
    examples=(
        Example(
            title="limits that nothing keeps, and a name that is not that of the code",
            files={
                ".env.example": "SHOP_URL=http://shop\nSHOP_CURRENCY=EUR\nDATABASE_POOL=5\n\n# Limits\nORDER_DAILY_LIMIT=10\nORDER_MONTHLY_LIMIT=100\n\n# Parser\n# in seconds\nPARSER_TIMEOUT_SECONDS=30\n",
                "shop/settings.py": _CODE,
            },
            found=(".env.example:6", ".env.example:11"),
        ),
        Example(
            title="a template of which most is read by nothing",
            files={
                ".env.example": "SHOP_URL=a\nORDER_LIMIT=1\nSHOP_CURRENCY=EUR\n\n\n\nBACKUP_PATH=b\n\n\n\nAUDIT_LOG=c\n\n\n\nLETTER_SENDER=d\nDATABASE_POOL=5\n",
                "shop/settings.py": _CODE,
            },
            found=(".env.example:2",),
        ),
        Example(
            title="read in other ways",
            files={
                ".env.example": (
                    "SHOP_URL=http://shop\nSHOP_CURRENCY=EUR\nDATABASE_POOL=5\nPOSTGRES_INITDB_ARGS=x\nMAILER_HOST=m\nSTRIPES_API_URL=u\nIMAGE_LABEL=v\nQUEUE__RETRY_LIMIT=1\n"
                ),
                "shop/settings.py": _CODE
                + "\n\ndef url(provider):\n    import os\n\n    return os.environ[f'{provider}_API_URL'], os.environ['MAILER_' + 'HOST']\n\n\nretry_limit = 3\n",
                "compose.yaml": "services:\n  web:\n    image: shop:${IMAGE_LABEL}\n",
            },
        ),
        Example(
            title="a template for somebody else's program",
            files={
                "deploy/.env.example": "FORUM_TITLE=Forum\nFORUM_THEME=dark\nFORUM_LIMIT=1\nFORUM_MODE=a\n",
                "shop/settings.py": _CODE,
            },
        ),
    ),
)
