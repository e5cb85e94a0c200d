"""AUD834: a program imports a package that no requirement names and no command installs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from auditor.facts.pattern import pattern
from auditor.facts.python_graph import python_graph
from auditor.facts.python_requirements import PythonRequirements, normalised
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PUBLISHED = frozenset({
    "aiohttp", "httpx", "requests", "locust", "psutil", "pandas", "numpy", "scipy", "matplotlib", "seaborn", "plotly", "docker", "kubernetes", "boto3", "botocore", "redis", "aioredis",
    "psycopg2", "psycopg", "asyncpg", "pymysql", "pymongo", "motor", "sqlalchemy", "alembic", "celery", "kombu", "flask", "fastapi", "django", "starlette", "uvicorn", "gunicorn",
    "pydantic", "yaml", "toml", "tabulate", "rich", "click", "typer", "tqdm", "colorama", "prometheus_client", "opentelemetry", "sentry_sdk", "structlog", "loguru", "elasticsearch",
    "opensearchpy", "kafka", "confluent_kafka", "aiokafka", "pika", "aio_pika", "grpc", "websockets", "paramiko", "fabric", "jinja2", "jwt", "cryptography", "bcrypt", "passlib",
    "stripe", "twilio", "slack_sdk", "openai", "anthropic", "transformers", "torch", "tensorflow", "sklearn", "xgboost", "lightgbm", "mlflow", "ray", "dask", "networkx", "bs4", "lxml",
    "selenium", "playwright", "schedule", "apscheduler", "croniter", "aiofiles", "aiosqlite", "memory_profiler", "faker", "hypothesis", "freezegun", "responses", "respx", "moto",
    "testcontainers", "jsonschema", "marshmallow", "cerberus", "dotenv", "github", "gitlab", "hvac", "consul", "etcd3", "pyspark", "airflow", "great_expectations", "sentence_transformers",
    "langchain", "chromadb", "qdrant_client", "pinecone", "weaviate", "faiss", "cv2", "PIL", "qrcode", "reportlab", "openpyxl", "xlsxwriter", "docx", "pyarrow", "polars", "duckdb",
    "web3", "ccxt", "solana", "neo4j", "influxdb_client", "statsd", "datadog", "newrelic", "ldap3", "zmq", "nats", "paho", "serial", "gevent", "eventlet", "orjson", "ujson", "msgpack",
})  # fmt: skip
"""Packages that programs of operations, tests and services import; what is not known to be published is not judged."""
_OTHERWISE = {
    "pil": "pillow", "cv2": "opencv", "sklearn": "scikit", "bs4": "beautifulsoup", "jwt": "pyjwt", "dotenv": "python_dotenv", "docx": "python_docx", "grpc": "grpcio", "yaml": "pyyaml",
    "github": "pygithub", "gitlab": "python_gitlab", "serial": "pyserial", "zmq": "pyzmq", "kafka": "kafka_python", "paho": "paho_mqtt", "opensearchpy": "opensearch",
    "nats": "nats_py", "consul": "python_consul",
}  # fmt: skip
_BROUGHT = {
    "requests": ("docker", "stripe", "twilio", "locust", "huggingface_hub", "transformers", "kubernetes", "hvac", "sphinx", "boxsdk", "google", "azure", "mlflow", "jupyter", "streamlit", "pygithub", "python_gitlab", "apache_airflow", "langchain", "tensorflow", "responses", "web3", "ccxt", "cookiecutter", "conan", "twine", "moto"),
    "httpx": ("openai", "anthropic", "starlette", "fastapi", "gradio", "langchain", "respx", "qdrant", "python_telegram_bot", "supabase", "mistralai", "groq", "ollama", "jupyter", "cohere", "litellm", "mcp"),
    "aiohttp": ("langchain", "aiobotocore", "discord", "slack_bolt", "ccxt", "web3", "gcsfs", "s3fs", "datasets", "aioresponses", "aiogram", "homeassistant", "kubernetes_asyncio", "litellm", "google", "torch_geometric", "slack_sdk", "twilio", "geopy", "botbuilder", "azure", "llama_index"),
    "pydantic": ("fastapi", "openai", "anthropic", "langchain", "spacy", "sqlmodel", "prefect", "mlflow", "gradio", "beanie", "litellm", "mcp", "great_expectations", "dagster", "ray"),
    "starlette": ("fastapi", "gradio", "mcp", "prometheus_fastapi_instrumentator", "slowapi"),
    "uvicorn": ("fastapi", "gradio", "mcp"),
    "sqlalchemy": ("alembic", "sqlmodel", "apache_airflow", "mlflow", "langchain", "optuna", "jupyterhub", "prefect", "dagster", "databases", "superset", "geoalchemy2", "fastapi_users"),
    "click": ("flask", "uvicorn", "black", "celery", "typer", "dask", "mlflow", "pip_tools", "nltk", "distributed", "rq", "fastapi", "gradio", "ray", "huggingface_hub", "safety", "apache_airflow", "locust"),
    "jinja2": ("flask", "fastapi", "torch", "sphinx", "mkdocs", "dbt", "cookiecutter", "mlflow", "gradio", "pandas", "ansible", "notebook", "jupyter", "locust", "allure_pytest", "pytest_html", "moto", "starlette", "vllm", "transformers", "great_expectations"),
    "yaml": ("*",), "numpy": ("*",), "rich": ("*",), "tqdm": ("*",), "colorama": ("*",), "cryptography": ("*",), "websockets": ("*",), "toml": ("*",), "msgpack": ("*",),
    "pandas": ("mlflow", "seaborn", "streamlit", "statsmodels", "yfinance", "datasets", "great_expectations", "plotly", "gradio", "apache_airflow", "evidently", "dask", "shap", "prophet", "pandera"),
    "scipy": ("scikit_learn", "sklearn", "seaborn", "statsmodels", "xgboost", "lightgbm", "shap", "mlflow", "librosa", "gensim", "optuna", "sentence_transformers", "scikit_image", "pymc", "hdbscan", "umap_learn"),
    "matplotlib": ("seaborn", "statsmodels", "mlflow", "shap", "yellowbrick", "ultralytics", "wordcloud", "prophet", "gradio", "scikit_plot"),
    "botocore": ("boto3", "moto", "s3fs", "awscli"), "boto3": ("moto", "s3transfer", "sagemaker", "awscli", "django_storages"),
    "kombu": ("celery",), "redis": ("celery", "rq", "slowapi", "arq", "ray", "limits"),
    "gevent": ("locust",), "psutil": ("locust", "ipykernel", "jupyter", "distributed", "accelerate", "memory_profiler", "pytest_xdist", "ray", "torch", "ultralytics", "deepspeed", "pytest_benchmark"),
    "torch": ("transformers", "sentence_transformers", "accelerate", "lightning", "ultralytics", "openai_whisper", "vllm", "timm", "peft", "easyocr", "fastai", "spacy_transformers", "flair", "deepspeed", "bitsandbytes", "diffusers"),
    "transformers": ("peft", "trl", "vllm", "diffusers", "flagembedding"),
    "sklearn": ("sentence_transformers", "imbalanced_learn", "xgboost", "lightgbm", "mlflow", "shap", "hdbscan", "umap_learn", "librosa", "tpot", "auto_sklearn", "yellowbrick", "evidently", "seqeval"),
    "networkx": ("torch", "scikit_image", "osmnx", "torchvision", "transformers", "sentence_transformers"), "PIL": ("*",), "lxml": ("python_docx", "python_pptx", "scrapy", "openpyxl", "zeep", "pyxml", "trafilatura", "xmlsec", "premailer", "yfinance"),
    "jsonschema": ("*",), "grpc": ("googleapis_common_protos", "opentelemetry_exporter_otlp", "google", "ray", "tensorflow", "qdrant_client", "etcd3", "tensorboard", "milvus", "pymilvus", "temporalio"),
    "opentelemetry": ("*",), "orjson": ("langchain", "gradio", "langsmith", "fastapi", "mcp", "sentry"), "bs4": ("yfinance", "nbconvert", "jupyter", "wikipedia", "gdown"), "dotenv": ("pydantic_settings", "uvicorn", "langchain", "litellm", "apache_airflow", "flask", "python_decouple", "mcp"),
    "jwt": ("flask_jwt_extended", "djangorestframework_simplejwt", "redis", "twilio", "msal", "fastapi_users", "pygithub", "adal", "snowflake_connector_python", "mcp", "zhipuai"), "prometheus_client": ("prometheus_fastapi_instrumentator", "starlette_exporter", "django_prometheus", "jupyter", "notebook", "ray", "vllm", "prometheus_flask_exporter", "flower", "starlette_prometheus"),
    "bcrypt": ("passlib", "paramiko", "chromadb", "fastapi_users", "pwdlib"), "passlib": ("fastapi_users",), "paramiko": ("fabric", "docker", "ansible", "sshtunnel", "netmiko"), "aiofiles": ("gradio", "quart", "sanic"),
    "pyarrow": ("datasets", "mlflow", "streamlit", "dask", "snowflake", "awswrangler", "ray", "petastorm", "evidently", "great_expectations", "deltalake"), "aiosqlite": ("databases", "tortoise_orm", "langgraph"),
    "plotly": ("dash", "optuna", "evidently", "pycaret", "prophet"), "typer": ("fastapi", "spacy", "huggingface_hub", "gradio", "chromadb", "mcp"), "apscheduler": ("python_telegram_bot",), "croniter": ("apache_airflow", "prefect", "rq_scheduler", "dagster"),
    "kubernetes": ("chromadb", "apache_airflow", "kopf", "kfp"), "docker": ("testcontainers", "mlflow", "sagemaker", "prefect", "moto"), "openai": ("litellm", "instructor", "crewai", "llama_index", "autogen", "pyautogen", "langchain"), "langchain": ("crewai", "langgraph"),
    "pymongo": ("motor", "mongoengine", "beanie", "djongo", "mongomock"), "psycopg2": ("aiopg", "redshift_connector"), "statsd": ("gunicorn",), "datadog": ("ddtrace",), "faker": ("factory_boy", "polyfactory", "mimesis"),
}  # fmt: skip
"""Packages that others bring along, by the words in which those are required; ``*``: so many do that it is not judged."""
_MATERIAL = pattern(
    r"(?i)(?:^|/)(?:examples?|samples?|docs?|notebooks?|vendor|third_party|fixtures?|templates?|snippets?|legacy|archive|old|playground|experiments?)/"
)
_MOST = 8
"""Files in which the same package is told."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    required = [fact for _, fact in facts.of(PythonRequirements)]
    if not any(fact.manifest for fact in required):
        return
    words = frozenset(word for fact in required for word in fact.words)
    graph = facts.derive(python_graph)
    own = graph.top_packages | {
        path.rpartition("/")[2].removesuffix(".py") for path in facts.all_paths if path.endswith(".py")
    }
    own |= {folder.rpartition("/")[2] for folder in facts.folders}
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for module in sorted(graph.all, key=lambda one: one.path):
        if is_test_data(module.path) or _MATERIAL.search(module.path):
            continue
        for one in module.fact.imports:
            top = one.module.partition(".")[0]
            if top in _PUBLISHED and not one.level and not one.guarded and top not in own:
                found[top].setdefault(module.path, one.line)
    for top, places in sorted(found.items()):
        for path, line in islice(places.items(), 0 if _is_required(top, words) else _MOST):
            more = f" {len(places)} files import it." if len(places) > 1 else ""
            message = f"{top} is imported here, and no list of requirements names it and no command installs it.{more}"
            yield Hit(path, line, line, message, top)


def _is_required(top: str, words: frozenset[str]) -> bool:
    """Whether any word of a requirement may mean the package, or another that brings it along."""
    plain = normalised(top)
    wanted = _OTHERWISE.get(plain, plain)
    bringing = _BROUGHT.get(top, ())
    if "*" in bringing:
        return True
    if any(wanted in word for word in words):
        return True
    return any(word == one or word.startswith(f"{one}_") for one in bringing for word in words)


RULE = Rule(
    id="AUD834",
    name="undeclared-package",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every package that a program imports required by something?",
    why="The validator of a release that imports a package which nobody installs ends in ModuleNotFoundError, on the day of the release.",
    limits=(
        "Judged are imports without a fallback of well-known packages, in repositories that list their requirements; packages that others of the list bring along, "
        "names that the repository itself has, examples and notebooks are left alone. Of each package the first eight files are named."
    ),
    fix="Add the package to the requirements of what imports it.",
    since="0.5.0",
    effort=5,
    reads=frozenset({"python-module", "python-requirements"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="a script that lists its own packages",
            files={
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["fastapi"]\n',
                "bin/projects.py": '#!/usr/bin/env python3\n# /// script\n# dependencies = [\n#   "contracttester",\n# ]\n# ///\nimport contracttester\n\ncontracttester.run()\n',
            },
        ),
        Example(
            title="a load test and a probe for which nothing is installed",
            files={
                "requirements.txt": "flask==3.0.0\npyyaml\n",
                "load/users.py": "from locust import HttpUser\n\n\nclass Visitor(HttpUser):\n    pass\n",
                "ops/probe.py": "import sys\n\nimport aiohttp\nimport yaml\n\nprint(aiohttp, yaml, sys)\n",
            },
            found=("load/users.py:1", "ops/probe.py:3"),
        ),
        Example(
            title="what is installed, brought along, made up for or the repository's own",
            files={
                "requirements.txt": "fastapi==0.110.0\n",
                "Dockerfile": "FROM python:3.12\nRUN pip install locust\n",
                "load/users.py": "from locust import HttpUser\nfrom pydantic import BaseModel\n\nimport schedule\n\nprint(HttpUser, BaseModel, schedule)\n",
                "load/schedule.py": "EVERY = 5\n",
                "ops/probe.py": "try:\n    import aiohttp\nexcept ImportError:\n    aiohttp = None\n",
            },
        ),
    ),
    check_repository=_check,
)
