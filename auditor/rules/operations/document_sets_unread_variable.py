"""AUD640: a document has its reader set a variable that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.library_settings import is_read_elsewhere
from auditor.facts.names_known import is_given
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import SettingReaders, SettingWords, setting_readers
from auditor.facts.told_settings import ToldSetting, ToldSettings
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times
from auditor.rules.references.told_files import is_of_operations

__all__ = ["RULE"]

_CHOSEN = pattern(
    r"^(?:MY|YOUR|SOME|FOO|BAR|EXAMPLE|DUMMY|NEW|OLD|VAR|VARIABLE|ENV)_|_(?:HERE|FOO|BAR|EXAMPLE|VAR|VARIABLE)$"
)
_LATER = pattern(
    r"(?i)\b(?:planned|proposed?|todo|future|examples?|removed|deprecated|legacy|add(?:ing)?|creat\w+|migrat\w+|third[- ]party)\b"
)
_NEIGHBOURS = 2
"""How far settings of files and tables that are told together may be apart."""
_NAMED = 4
"""So many of them a message names."""
_FEWEST = 3
"""So many settings of its documents a repository has to read before it is taken for their reader."""
_SHARE = 3
"""A document that is not of operations has to name at least one that is read, in so many."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    readers = facts.derive(setting_readers)
    told = [(file.path, fact) for file, fact in facts.of(ToldSettings) if not about_other_times(file.path)]
    every = {one.name for _, fact in told for one in fact.items}
    read_of_all = [name for name in every if readers.names(name)]
    if len(read_of_all) < _FEWEST or (readers.walks and not _walks_apart(facts, every)):
        return
    for path, fact in told:
        names = {one.name for one in fact.items}
        read = [name for name in names if readers.names(name)]
        if len(read) * _SHARE < len(names) and not is_of_operations(path):
            continue
        unread: dict[tuple[str, bool], ToldSetting] = {}
        for one in fact.items:
            if _is_unread(one, readers, fact.used):
                unread.setdefault((one.name, one.typed), one)
        yield from (_hit(path, group) for group in _groups(list(unread.values())))


def _groups(settings: list[ToldSetting]) -> Iterator[list[ToldSetting]]:
    """Those that are told together; what a command sets stands for itself."""
    group: list[ToldSetting] = []
    for one in sorted(settings, key=lambda one: one.line):
        if group and (one.typed or group[-1].typed or one.line - group[-1].line > _NEIGHBOURS):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _hit(path: str, group: list[ToldSetting]) -> Hit:
    names = list(dict.fromkeys(one.name for one in group))
    told = ", ".join(f"`{name}`" for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    message = f"The reader is to set {told}{more}, which nothing in the repository reads."
    return Hit(path, group[0].line, group[-1].line, message, names[0])


def _walks_apart(facts: RepositoryFacts, told: set[str]) -> bool:
    """Whether what goes through the whole environment is a part in a folder of its own, beside others that read most of what is told."""
    words = [(file.path.partition("/"), fact) for file, fact in facts.of(SettingWords)]
    walking = {top if rest else "" for (top, _, rest), fact in words if fact.walks}
    if "" in walking:
        return False
    outside: set[str] = set()
    for (top, _, _), fact in words:
        if top not in walking:
            outside.update(told.intersection(fact.read.split()))
    return len(outside) >= max(_FEWEST, len(told) // 2)


def _is_unread(one: ToldSetting, readers: SettingReaders, used: frozenset[str]) -> bool:
    name = one.name
    if readers.names(name) or name in used or _CHOSEN.search(name) or _LATER.search(one.heading):
        return False
    is_file = name.endswith("_FILE") and readers.names(
        name.removesuffix("_FILE")
    )  # as images of containers read secrets
    return not is_given(name) and not is_read_elsewhere(name) and not is_file


_CODE = "import os\n\nURL = os.environ['SHOP_URL']\nMODE = os.getenv('SHOP_MODE', 'open')\nLIMIT = int(os.getenv('ORDER_LIMIT', '5'))\n"

RULE = Rule(
    id="AUD640",
    name="document-sets-unread-variable",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does something read every variable that documents have their reader set?",
    why="Whoever sets it in an incident believes that the system now does what the document says, and nothing changes.",
    limits=(
        "Variables of several words that commands export or hand over, files of settings that are printed, and tables and lists of variables. A name that code, scripts or "
        "configuration mention counts as read, and so does what the document's own commands and code use; names of well-known programs and libraries are passed over, and so are documents "
        "about other times, those of which hardly any name is read, unless they are of operations, and repositories that go through the whole environment."
    ),
    fix="Read it, or strike the step.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"told-settings", "setting-words"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="what a library reads when it is built, and a secret in a file, as images read it",
            files={
                "app.py": _CODE,
                "docs/ops.md": "# Set-up\n\n```sh\nexport SHOP_URL=x SHOP_MODE=open ORDER_LIMIT=3\nexport PYCURL_SSL_LIBRARY=openssl\nexport SHOP_URL_FILE=/run/secrets/url\n```\n",
            },
        ),
        Example(
            title="switches of a runbook that nothing reads",
            files={
                "shop/settings.py": _CODE,
                "docs/RUNBOOK.md": (
                    "# Runbook\n\n```bash\n# Close the shop\nexport SHOP_MODE=closed\nexport READ_ONLY_MODE=true\nORDER_LIMIT=1 STOCK_CHECK=off python -m shop\ndocker run -e SHOP_URL=x -e SHOP_FLAVOUR=y shop\n"
                    "kubectl set env deploy/shop DEGRADED_MODE=1\n```\n\nThen set `FAILOVER_REGION=west`.\n\n| Incident | Command |\n|---|---|\n| Rush | `export QUEUE_WORKERS=8` |\n\n```powershell\n$env:SHOP_COLOUR = 'red'\n```\n"
                ),
            },
            found=(
                "docs/RUNBOOK.md:12",
                "docs/RUNBOOK.md:16",
                "docs/RUNBOOK.md:19",
                "docs/RUNBOOK.md:6",
                "docs/RUNBOOK.md:7",
                "docs/RUNBOOK.md:8",
                "docs/RUNBOOK.md:9",
            ),
        ),
        Example(
            title="a part in a folder of its own that takes in the whole environment, and a setting of YAML that is called alike",
            files={
                "shop/settings.py": _CODE,
                "web/src/Web.java": "import org.springframework.boot.SpringApplication;\n",
                "shop/skills.yaml": "# of this environment\nquiet_mode: true\n",
                "docs/RUNBOOK.md": "# Runbook\n\n```bash\nexport SHOP_URL=x\nexport SHOP_MODE=open\nexport ORDER_LIMIT=1\nexport QUIET_MODE=true\n```\n",
            },
            found=("docs/RUNBOOK.md:7",),
        ),
        Example(
            title="the whole environment taken in at the top",
            files={
                "shop/settings.py": _CODE,
                "web.py": "import os\n\nfor name, value in os.environ.items():\n    print(name, value)\n",
                "docs/RUNBOOK.md": "# Runbook\n\n```bash\nexport SHOP_URL=x\nexport SHOP_MODE=open\nexport ORDER_LIMIT=1\nexport QUIET_MODE=true\n```\n",
            },
        ),
        Example(
            title="tables, lists and files of settings",
            files={
                "shop/settings.py": _CODE,
                "README.md": (
                    "# Shop\n\n## Environment variables\n\n| Variable | Meaning |\n|---|---|\n| `SHOP_URL` | address |\n| `SHOP_MODE` | mode |\n| STOCK_URL | stock |\n\n- `ORDER_LIMIT`: most orders\n- **REFUND_LIMIT**: most refunds\n\n"
                    "## Install\n\n```env\nSHOP_URL=x\nSHOP_LOGO=y\n```\n\nPut this into `.env`:\n\n```bash\n# mail\nMAILER_HOST=m\n```\n"
                ),
            },
            found=("README.md:12", "README.md:18", "README.md:25", "README.md:9"),
        ),
        Example(
            title="what others read, the document's own commands use, or the reader is to choose",
            files={
                "shop/settings.py": _CODE,
                "docs/RUNBOOK.md": (
                    "# Runbook\n\n```bash\nexport SHOP_MODE=closed\nexport AWS_PROFILE=shop KUBECONFIG=x\nexport BACKUP_DATE=today\n./restore.sh $BACKUP_DATE\nexport MY_TOKEN=x\nSHOP_ROOT=/srv\ncd $SHOP_ROOT\nLATE_ORDERS=0.3, NO_ORDERS=1, OLD_ORDERS=2\nexport SHOP_CASE=x\nSHOP_MAIL=y node mail.js\n```\n\n```python\nCASE = os.environ['SHOP_CASE']\n```\n\n```js\nsend(process.env.SHOP_MAIL)\n```\n\n"
                    "- `ORDER_LIMIT` is five\n- `SHOP_URL` too\n\n## Planned\n\n- set `SHOP_TONE=low`\n\n## Addresses\n\n```bash\nSTATUS_URL=x\n```\n"
                ),
                "docs/forum.md": "# Forum\n\n```env\nFORUM_TITLE=a\nFORUM_THEME=b\nFORUM_LIMIT=c\n```\n",
                "CHANGELOG.md": "# Changes\n\n- `SHOP_OLD_MODE=1` is gone\n",
            },
        ),
    ),
)
