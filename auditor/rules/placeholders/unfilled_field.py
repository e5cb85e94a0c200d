"""AUD103: a field of a document or setting of a configuration that nobody filled in."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.alertmanager import AlertmanagerFile
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.stand_ins import may_stand_in, stand_in
from auditor.facts.templates import is_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.placeholders.blank_fields import blank_fields

__all__ = ["RULE"]

_ABOUT = pattern(
    r"(?i)placeholder|weak|invalid|insecure|forbidden|dummy|fake|mock|example|sample|status|state|stage|phase|label|type|prefix|marker|pattern|help|description|title|notes?$|tags?$|name$"
)
_NO_RECORD = pattern(
    r"(?i)(?:^|/)(?:licen[cs]e|copying|notice|changelog|changes|history|contributing|roadmap|backlog|todo)[^/]*$|template|(?i:(?:^|/)\.github/(?:issue|pull|discussion|[^/]*\.md))|(?:^|/)(?:rfcs?|proposals?|adrs?|drafts?)/"
)

_RUNS = pattern(r"^\.github/(?:workflows|actions)/")
"""What runs in pipelines, where passwords of throw-away services are no matter: only addresses and accounts are looked at."""
_NO_PASSWORD = pattern(r"://|arn:aws|\.dkr\.")


def _check(source: Source) -> Iterator[Hit]:
    runs = _RUNS.search(source.path) is not None
    if is_template(source.path) or (_NO_RECORD.search(source.path) and not runs):
        return
    if source.file.role is Role.DOCUMENTATION:
        if source.file.language is Language.MARKDOWN:
            yield from blank_fields(source)
        return
    if not may_stand_in(source):
        return
    elsewhere = _receivers(source)
    for number, line in enumerate(source.lines, 1):
        if number in elsewhere:
            continue
        found = stand_in(source, number, line)
        if found and not _ABOUT.search(found.group(1)) and not (runs and not _NO_PASSWORD.search(found.group(0))):
            part = "part of an address" if "://" in found.group(0) else "setting"
            message = f"The {part} `{found.group(1)[:60]}` still has the value that stands for a value."
            yield Hit(source.path, number, number, message)


def _receivers(source: Source) -> frozenset[int]:
    """The lines on which receivers of alerts have their addresses, of which AUD604 speaks."""
    fact = source.fact(AlertmanagerFile)
    receivers = fact.receivers if fact else ()
    return frozenset(address.line for receiver in receivers for address in receiver.addresses)


RULE = Rule(
    id="AUD103",
    name="unfilled-field",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Are all fields of the documents and settings of the configuration filled in?",
    why=(
        "A runbook whose on-call contact reads `[Insert contact]` fails at the hour it is needed, and a shipped "
        "setting of `CHANGEME` is either an outage or a password that everybody knows."
    ),
    limits=(
        "In programs, secrets and their fallbacks count. Fields are table cells, `Label: value` lines and settings whose whole value is a stand-in. Templates "
        "(`.env.example`), code blocks of documents, licences, roadmaps and change logs are left out, and so are lines to write on (`Date: ____`), which make a form, but for the signature of a document that says that something is ready."
    ),
    fix="Fill it in, or take the field or setting out.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"markdown", "yaml", "env", "ini", "toml", "hcl", "json", "shell", "dockerfile", "python"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_file=_check,
    examples=(
        Example(
            title="the number of no account in a workflow, and an image that nobody has",
            files={
                ".github/workflows/go.yml": "on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n        with:\n          role-to-assume: arn:aws:iam::123456789012:role/deployer\n",
                "main.tf": 'variable "ami" {\n  default = "ami-00000000000000000"\n}\n',
            },
            found=(
                ".github/workflows/go.yml:8",
                "main.tf:2",
            ),
        ),
        Example(
            title="the date of a report, and one that a command in a text gives",
            files={
                "docs/report.md": "# Report\n\nThe script writes `$(date)`: see there.\n\n**Date**: [Report Date]\n**Made**: $(date)\n**Ended**: [today's date]\n"
            },
            found=("docs/report.md:5", "docs/report.md:6", "docs/report.md:7"),
        ),
        Example(
            title="a runbook with contacts to be filled in",
            files={
                "docs/runbook.md": (
                    "# Runbook\n\n## Emergency contacts\n\n"
                    "| Role | Contact | Reached |\n|------|---------|---------|\n"
                    "| On-call engineer | [Your contact] | at once |\n"
                    "| Database | +49 30 1234567 | TBD |\n"
                    "| Security | | at once |\n| Network | [Head of operations] | at once |\n| Cloud | [Cloud desk] | at once |\n\n[Cloud desk]: https://pager.example.org\n\n"
                    "**Incident commander:** [Insert contact]\n"
                    "\n**\U0001f4dd Last Updated**: [Current Date]\n**Date**: $(date)\n\n"
                    "- E-mail: alerts@company.com\n"
                ),
                "config/app.yml": "api_key: YOUR_API_KEY_HERE\nsecret: <your-secret>\npassword: CHANGEME\nsealed: AgBY8hJ4_DATA_REPLACE_IN_PRODUCTION...\n",
            },
            found=(
                "config/app.yml:1",
                "config/app.yml:2",
                "config/app.yml:3",
                "config/app.yml:4",
                "docs/runbook.md:10",
                "docs/runbook.md:15",
                "docs/runbook.md:17",
                "docs/runbook.md:18",
                "docs/runbook.md:20",
                "docs/runbook.md:7",
                "docs/runbook.md:8",
                "docs/runbook.md:9",
            ),
        ),
        Example(
            title="a date that no shell has put in, and one that stands for a date",
            files={
                "docs/assessment.md": "# Assessment\n\n**Date**: $(date +%F)\n**\N{MEMO} Last updated**: [Current Date]\n\nLog: `$(date)` is put before each line.\n",
            },
            found=("docs/assessment.md:3", "docs/assessment.md:4"),
        ),
        Example(
            title="a number of noughts, somebody without a name, and a readiness that nobody has signed",
            files={
                "docs/on-call.md": "# On call\n\nPhone: +00 000 0000000\nEscalation: [name of the head of engineering]\n",
                "docs/production-readiness.md": "# Readiness\n\nAll areas are done.\n\nSign-off: ______________\nDate: ________\n",
                "docs/form.md": "# Form for deliveries\n\nApproved by: ______________\n",
            },
            found=("docs/on-call.md:3", "docs/on-call.md:4", "docs/production-readiness.md:5"),
        ),
        Example(
            title="the second of two fields of a line, and a link in its place",
            files={
                "docs/on-call.md": "# On call\n\nFirst: the board in the hall. Second: [name and phone].\n\nDatabase: [phone/e-mail]\n\nThird: [name and phone](people.md)\n",
                "docs/people.md": "# People\n",
            },
            found=("docs/on-call.md:3", "docs/on-call.md:5"),
        ),
        Example(
            title="secrets in a generated configuration, and as fallbacks",
            files={
                "alerts.py": (
                    'import os\n\nCONFIG = {\n    "grafana": {"url": URL, "api_key": "your-grafana-api-key"},\n'
                    '    "slack": {"webhook_url": "https://hooks.slack.com/services/XXX/YYY/ZZZ"},\n}\n'
                    'TOKEN = os.getenv("API_TOKEN", "your-token-here")\n'
                ),
                "values.yaml": 'secrets:\n  warehouseToken: "<token>"\n',
            },
            found=("alerts.py:4", "alerts.py:5", "alerts.py:7", "values.yaml:2"),
        ),
        Example(
            title="a manifest to be filled in: an address, a default and an account",
            files={
                "k8s/secret.yaml": (
                    'apiVersion: v1\nkind: Secret\nstringData:\n  DATABASE_URL: "postgresql://shop:CHANGE_ME@db:5432/shop"\n  SESSION_KEY: "CHANGE_ME_TO_64_CHARACTERS"\n'
                    '  CACHE_URL: "redis://:${CACHE_PASSWORD}@cache:6379"\n'
                ),
                "k8s/account.yaml": "metadata:\n  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::ACCOUNT_ID:role/backup\n",
                "compose.yml": "services:\n  api:\n    environment:\n      - JWT_SECRET_KEY=${JWT_SECRET_KEY:-change-me-in-production}\n      - LOG=${LOG:-info}\n",
            },
            found=("compose.yml:4", "k8s/account.yaml:3", "k8s/secret.yaml:4", "k8s/secret.yaml:5"),
        ),
        Example(
            title="an environment that a program writes",
            files={
                "deploy/setup.py": (
                    'SETTINGS = {\n    "CRM_CLIENT_ID": "your_crm_client_id",\n    "HOST": "db.shop.de",\n}\n'
                    'with open(".env", "w") as file:\n    for key, value in SETTINGS.items():\n        file.write(f"{key}={value}\\n")\n'
                ),
            },
            found=("deploy/setup.py:2",),
        ),
        Example(
            title="duties that nobody has yet, words of other languages, and a token that nothing replaces",
            files={
                "ops/plan.py": 'DUTIES = {\n    "commander": "TBD - decides",\n    "reserve": "Ana",\n}\nMARK = "SUM_PLACEHOLDER"\n',
                "monitoring/mail.yml": "smtp_auth_password: 'CAMBIAR_POR_CLAVE'\nsmtp_from: harbour@harbour.org\nmode: changed\n",
                "k8s/shop.yaml": 'metadata:\n  annotations:\n    checksum/config: "SUM_PLACEHOLDER"\n    .dockerconfigjson: AgBY8_SEALED_REPLACE_IN_PRODUCTION\n',
            },
            found=("k8s/shop.yaml:3", "k8s/shop.yaml:4", "monitoring/mail.yml:1", "ops/plan.py:2"),
        ),
        Example(
            title="names in the place of values, a host with a word to change, and somebody without a name",
            files={
                "config/production.yaml": "alerts:\n  pager: PAGER_SERVICE_ID\n  secretKey: PAGER_SERVICE_KEY\n  env: PAGER_ID\ningress:\n  host: shop.CHANGE-ME.io\n  other: shop.changes.io\n",
                "dashboards/shop.json": '{"panels": [\n  {"datasource": {"type": "prometheus", "uid": "REPLACE_WITH_DATASOURCE_UID"}},\n  {"datasource": {"uid": "${datasource}"}}\n]}\n',
                "scripts/tell.sh": 'curl -fsS "https://api.statuspage.io/v1/pages/PAGE_ID/incidents"\ncurl -fsS "https://api.statuspage.io/v1/pages/$PAGE_ID/incidents"\n',
                ".github/workflows/tell.yml": "jobs:\n  tell:\n    steps:\n      - run: |\n          curl -fsS https://api.statuspage.io/v1/pages/PAGE_ID/incidents\n        env:\n          PASSWORD: changeme\n",
                "docs/on-call.md": "# On call\n\nRelease manager: <name>, release@shop.org\n\nHotline of the bank: +44 20 0000 0000. Usage: <name>\n\nDesk: +44 20 7946 1234\n\nTool: <name>\n",
            },
            found=(
                ".github/workflows/tell.yml:5",
                "config/production.yaml:2",
                "config/production.yaml:6",
                "dashboards/shop.json:2",
                "docs/on-call.md:3",
                "docs/on-call.md:5",
                "scripts/tell.sh:1",
            ),
        ),
        Example(
            title="a value to fill in, in the documentation of a client",
            files={
                "client.py": '"""A client.\n\n>>> Client(api_key="your-api-key")\n\n    client = Client(\n        tenant_id="your-tenant-id",\n    )\n"""\n\n# Client(token="your-token")\nHELP = "call Client(api_key=\'your-api-key\')"\n',
            },
        ),
        Example(
            title="where fill-in values belong, or are told about",
            files={
                ".env.example": "API_KEY=your_api_key_here\nPASSWORD=changeme\n",
                "docs/setup.md": (
                    "# Setup\n\n- Read [the manual](https://docs.shop.de) and run `login <your-name>`.\n"
                    "- See also: [Contact](contact.md)\n\n```bash\nexport API_KEY=your-key-here\n```\n\n- [ ] Done\n"
                    "| Flag | Meaning |\n|------|---------|\n| -v | |\n"
                ),
                ".pylintrc": "[MISCELLANEOUS]\nnotes=FIXME,\n      XXX,\n      TODO\n",
                "add_plugin.py": 'parser.add_argument(\n    "--prefix",\n    default="TODO",\n)\n',
                "prometheus.yml": "global: {}\n# remote_write:\n#   - basic_auth:\n#       password: '<YOUR_KEY>'\n",
                "check.py": 'if key == "your_api_key_here":\n    raise SystemExit("set API_KEY")\nPLACEHOLDER = "changeme"\n',
            },
        ),
    ),
)
