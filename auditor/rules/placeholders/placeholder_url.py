"""AUD104: a shipped file uses a host that cannot answer."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.placeholder_hosts import PlaceholderHosts
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    hosts = source.fact(PlaceholderHosts)
    seen: set[int] = set()
    for one in hosts.items if hosts else ():
        if one.line not in seen:
            seen.add(one.line)
            what = "address at the placeholder domain" if one.mail else "placeholder host"
            yield Hit(
                source.path,
                one.line,
                one.line,
                f"This uses the {what} `{one.host}`, behind which nothing of this project is.",
            )


RULE = Rule(
    id="AUD104",
    name="placeholder-url",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Do all addresses that the shipped files use belong to somebody who answers?",
    why=(
        "`example.com` and its like are reserved for documentation (RFC 2606): a deployment, health check or alert "
        "that goes there reaches nothing, and a check of it tells nothing."
    ),
    limits=(
        "Comments, templates, schema identifiers and lines that give an example are left out. In program code only the "
        "values of names that want an address (`base_url`, `smtp_host`) count; among the documents, rules of alerts."
    ),
    fix="Put the real host there, or take it from a setting that has no default.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"placeholder-hosts"}),
    check_file=_check,
    examples=(
        Example(
            title="answers that a description of an interface gives as examples, and its server",
            files={
                "api/hooks.yaml": (
                    "openapi: 3.0.0\nservers:\n  - url: https://hooks.shop.example.com\npaths:\n  /names:\n    get:\n      example:\n        - host: https://one.example.com\n\n"
                    "        - host: https://two.example.com\n      operationId: names\n      description: Ask it as you would\n        https://names.example.com for one.\n"
                    "      x-code-samples:\n        - lang: curl\n          source: |\n            curl https://three.example.com\n"
                )
            },
            found=("api/hooks.yaml:3",),
        ),
        Example(
            title="a variable in the name of a host, a gateway, and a mail that is sent by default",
            files={
                "deploy.sh": 'curl -f "https://${STAGE}.shop.example.com/health"\ncurl -f "https://$STAGE.shop.de/health"\n',
                "shop/alerts.py": 'SMS_GATEWAY = "https://sms.example.com/v1"\nEXAMPLE_SITE = "https://www.example.com"\nname = "https://www.example.com"\n',
                "shop/mail.ts": 'export class Mail {\n  constructor(private readonly to = "duty@example.com") {}\n}\n',
            },
            found=("deploy.sh:1", "shop/alerts.py:1", "shop/mail.ts:2"),
        ),
        Example(
            title="the runbooks of alerts, also of those that lie among the documents",
            files={
                "docs/alerts.yml": "groups:\n  - name: web\n    rules:\n      - alert: Down\n        expr: up == 0\n        annotations:\n          runbook_url: https://wiki.example.com/down\n",
                "docs/alerts.md": "# Alerts\n\n```yaml\ngroups:\n  - name: web\n    rules:\n      - alert: Down\n        expr: up == 0\n        annotations:\n          runbook_url: https://wiki.example.com/down\n```\n",
                "shop/migrations/0009_mails.py": 'def forwards(people):\n    people.filter(email="bot@example.com")\n',
                ".env.test": "SMTP_HOST=smtp.example.com\n",
                "internal/suites/login/configuration.yml": "host: login.example.com\n",
                "charts/crds.yaml": 'kind: CustomResourceDefinition\nspec:\n  description: |-\n    such are routes of\n    "networking.example.net" and others\n',
                "docs/other.yml": "wiki: https://wiki.example.com/down\n",
            },
            found=("docs/alerts.yml:7",),
        ),
        Example(
            title="a deployment environment and an alert receiver",
            files={
                ".github/workflows/deploy.yml": (
                    "jobs:\n"
                    "  deploy:\n"
                    "    environment:\n"
                    "      name: staging\n"
                    "      url: https://staging.shop.example.com\n"
                    "    steps:\n"
                    "      - run: curl -f https://staging.shop.example.com/health\n"
                ),
                "alertmanager.yml": 'receivers:\n  - email_configs:\n      - from: "alerts@example.com"\n        smarthost: smtp.your-company.com:587\n',
                "client.py": 'BASE_URL = "https://api.example.com/v1"\n',
            },
            found=(
                ".github/workflows/deploy.yml:5",
                ".github/workflows/deploy.yml:7",
                "alertmanager.yml:3",
                "alertmanager.yml:4",
                "client.py:1",
            ),
        ),
        Example(
            title="the links of rules for alerts in a folder of documents, where other settings are there to be copied",
            files={
                "docs/monitoring/alerts.yml": (
                    "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n        annotations:\n"
                    "          runbook_url: https://docs.example.com/runbooks/shop-down\n"
                ),
                "docs/setup/values.yml": "host: https://shop.example.com\n",
            },
            found=("docs/monitoring/alerts.yml:7",),
        ),
        Example(
            title="addresses that are called, handed to a client or fallen back to, and default recipients",
            files={
                "notify.py": (
                    'async def announce(session, text):\n    await session.post("https://hooks.example.com/shop", json=text)\n\n\n'
                    'RATES = RateClient("north", "https://rates.example.com/v2", timeout=5)\n'
                    'CHAT = os.environ.get("CHAT_WEBHOOK", "https://chat.example.com/hooks/shop")\n\n\n'
                    'def default_recipients():\n    return [\n        "cfo@company.com",\n        "treasury@company.com",\n    ]\n'
                ),
                "parse.py": 'def first(text):\n    return split(text, "https://www.example.com/a")\n\n\nNAMES = [\n    "cfo@company.com",\n]\n',
            },
            found=("notify.py:11", "notify.py:12", "notify.py:2", "notify.py:5", "notify.py:6"),
        ),
        Example(
            title="a registry and an owner that stand for others",
            files={
                "scripts/deploy.sh": (
                    'REGISTRY="${REGISTRY:-your-registry.com}"\ndocker pull "your-registry.com/shop:$1"\n'
                    'IMAGE="${IMAGE:-ghcr.io/your-org/shop}"\necho "usage: deploy.sh your-domain.com"\n'
                ),
            },
            found=("scripts/deploy.sh:1", "scripts/deploy.sh:2", "scripts/deploy.sh:3"),
        ),
        Example(
            title="places where reserved names belong",
            files={
                "client.py": (
                    'def get(url: str) -> None:\n    """Get it, as in get("https://example.com")."""\n'
                    'parser.add_argument("--url", help="for example https://example.com")\n'
                    "# see https://www.example.com/manual\n"
                    "value = config.example.com\n"
                ),
                "scripts/report.sh": 'echo "Examples:"\necho "  $0 --server https://reports.example.com"\n',
                "schema.json": '{"$id": "https://example.com/shop.schema.json", "type": "object"}\n',
                "config/app.env.example": "API_URL=https://api.example.com\n",
                "schema.py": 'USER = {\n    "example": {\n        "email": "user@example.com",\n    },\n}\n',
                "deploy/crd.yaml": 'description: |-\n  smarthost is a host with its port,\n  e.g. "smtp.example.com:587".\n',
                "package.sh": "cp shop.conf.example dist/shop.conf\n",
                "docs/import.json": '{"url": "https://shop.example/api"}\n',
                "src/symbols.rs": '#[cfg(test)]\nmod tests {\n    const BASE_URL: &str = "https://api.example.com";\n}\n',
                "tests/test_client.py": 'URL = "https://example.com"\n',
                ".github/workflows/ci.yml": 'jobs:\n  tag:\n    steps:\n      - run: git config user.email "ci@example.com"\n',
            },
        ),
    ),
)
