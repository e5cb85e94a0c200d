"""AUD175: the program keeps everything in its own memory, and the class for the real store or service is made nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.double_words import STANDS_APART
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.wired_classes import WiredClass, WiredClasses
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STANDS_IN = pattern(
    r"^_?(?:InMemory|Memory|Local|Dict|Fake|Mock|Stub|Null|No[Oo]p|Console|Logging|Static|Dummy|Simulated|Canned|Offline|Sandbox)"
)
_REAL = pattern(
    r"^_?(?:Async)?(?:Postgres(?:ql|QL)?|Pg|Sql(?:Alchemy|ite)?|SQL(?:Alchemy|ite)?|MySql|MySQL|Mongo(?:Db|DB)?|Redis|Dynamo(?:Db|DB)?|S3|Gcs|GCS|Kafka|Rabbit(?:Mq|MQ)?|Amqp|AMQP|Sqs|SQS|Nats|Http|HTTP|Rest|Grpc|GRPC|Smtp|SMTP|Ses|SES|Sendgrid|SendGrid|Twilio|Stripe|Vault|Kms|KMS|"
    r"Elastic(?:search)?|Cassandra|BigQuery|Snowflake|Azure|Aws|AWS|Gcp|GCP|Prometheus|Kubernetes|K8s|Slack|PagerDuty|Database|Db|DB|Persistent|Remote|Live|Production|Real)"
)
_APART = pattern(rf"(?i){STANDS_APART}|scripts?/|tools?/|bench")
_FEWEST = 2


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    found = [(file, fact) for file, fact in facts.of(WiredClasses) if not _APART.search(file.path)]
    mentioned = {name for _, fact in found for name in fact.mentioned}
    real = {
        name: one
        for _, fact in found
        for one in fact.classes
        if _REAL.search(one.name) and one.name not in mentioned
        for name in [_REAL.sub("", one.name)]
        if name
    }
    stand_ins = {
        one.name: real[name]
        for _, fact in found
        for one in fact.classes
        if _STANDS_IN.search(one.name)
        for name in [_STANDS_IN.sub("", one.name)]
        if name in real and _answers_alike(one, real[name])
    }
    for file, fact in found if stand_ins else ():
        for made in fact.made:
            if made.name in stand_ins:
                other = stand_ins[made.name].name
                message = f"{made.name} is what the program is put together with; {other}, which does the same for real, is made nowhere."
                yield Hit(file.path, made.line, made.end_line, message, made.function)


def _answers_alike(one: WiredClass, other: WiredClass) -> bool:
    return len(set(one.methods) & set(other.methods)) >= _FEWEST


_STORES = (
    "class InMemoryOrders:\n    def add(self, order):\n        self.rows.append(order)\n\n    def all(self):\n        return self.rows\n\n\n"
    "class PostgresOrders:\n    def __init__(self, pool):\n        self.pool = pool\n\n    def add(self, order):\n        self.pool.execute('INSERT ...', order)\n\n    def all(self):\n        return self.pool.fetch('SELECT ...')\n"
)


RULE = Rule(
    id="AUD175",
    name="real-class-never-made",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is what the program keeps also kept where its classes for that would keep it?",
    why="Tests pass and the service answers, and with the next restart all orders are gone: `PostgresOrders` was written, and never put in.",
    limits="Judged are pairs of classes of one repository that are called alike but for what they keep things in (`InMemoryOrders`, `PostgresOrders`) and have methods in common: the first is made in shipped code, the second is named nowhere but where it is defined or imported; what a package lists in `__all__` is for others to make.",
    fix="Make the real one where the configuration asks for it, and keep the other for tests.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"wired-classes"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="orders that are lost with the process",
            files={
                "shop/orders.py": _STORES,
                "shop/build.py": "from shop.orders import InMemoryOrders, PostgresOrders\n\n\ndef make_orders(settings):\n    return InMemoryOrders()\n",
            },
            found=("shop/build.py:5",),
        ),
        Example(
            title="orders that are kept where the settings say so, and a cache of its own",
            files={
                "shop/orders.py": _STORES
                + "\n\nclass LocalCache:\n    def get(self, key):\n        return self.rows.get(key)\n",
                "shop/build.py": "from shop.orders import InMemoryOrders, LocalCache, PostgresOrders\n\n\ndef make_orders(settings):\n    cache = LocalCache()\n    return PostgresOrders(settings.pool, cache) if settings.pool else InMemoryOrders()\n",
            },
        ),
        Example(
            title="a library, which hands both out",
            files={
                "shop/__init__.py": "from shop.stores import MemoryStore, RedisStore\n\n__all__ = ['MemoryStore', 'RedisStore']\n",
                "shop/stores.py": "class MemoryStore:\n    def get(self, key):\n        return self.rows[key]\n\n    def set(self, key, value):\n        self.rows[key] = value\n\n\nclass RedisStore:\n    def get(self, key):\n        return self.client.get(key)\n\n    def set(self, key, value):\n        self.client.set(key, value)\n",
                "shop/cache.py": "from shop.stores import MemoryStore\n\n\nclass Cache:\n    def __init__(self, store=None):\n        self.store = store or MemoryStore()\n",
            },
        ),
        Example(
            title="one that is loaded by its path",
            files={
                "shop/stores.py": "class MemoryStore:\n    def get(self, key):\n        return self.rows[key]\n\n    def set(self, key, value):\n        self.rows[key] = value\n\n\nclass RedisStore:\n    def get(self, key):\n        return self.client.get(key)\n\n    def set(self, key, value):\n        self.client.set(key, value)\n",
                "shop/make.py": "from shop.stores import MemoryStore\n\nSTORES = {'redis': 'shop.stores.RedisStore'}\n\n\ndef make_store(name):\n    return load(STORES[name])() if name else MemoryStore()\n",
            },
        ),
    ),
)
