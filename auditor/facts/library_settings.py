"""Settings that programs of other people read by themselves, so that nothing in a repository need mention them."""

from __future__ import annotations

__all__ = ["is_read_elsewhere"]

_IMAGES = (
    # Databases, brokers and stores, and what administers them.
    "POSTGRES_", "POSTGRESQL_", "MYSQL_", "MARIADB_", "MONGO_", "MONGODB_", "MONGO_INITDB_", "RABBITMQ_", "REDIS_", "VALKEY_", "MINIO_",
    "KAFKA_", "ZOOKEEPER_", "CLICKHOUSE_", "NEO4J_", "ELASTIC", "ES_", "OPENSEARCH_", "CASSANDRA_", "COUCHDB_", "INFLUXDB_", "DOCKER_INFLUXDB_",
    "PGADMIN_", "ADMINER_", "ME_CONFIG_", "QDRANT_", "WEAVIATE_", "CHROMA_", "MEILI_", "TYPESENSE_", "VAULT_", "CONSUL_", "NATS_",
    # Servers, identity, monitoring and automation.
    "GF_", "TRAEFIK_", "NGINX_", "CADDY_", "LETSENCRYPT_", "ACME_", "KC_", "KEYCLOAK_", "AUTHENTIK_", "N8N_", "AIRFLOW_", "SUPERSET_", "METABASE_", "MB_",
    "SONAR_", "GITEA_", "WORDPRESS_", "NEXTCLOUD_", "JENKINS_", "PROMETHEUS_", "LOKI_", "DD_", "DATADOG_", "NEW_RELIC_", "ELASTIC_APM_", "SIGNOZ_",
)  # fmt: skip
"""How the settings of well-known images begin."""
_LIBRARIES = (
    "PG", "DD_", "DATADOG_", "NEW_RELIC_", "ELASTIC_APM_", "AIRFLOW_", "VAULT_", "N8N_", "NATS_", "GF_",
    "AWS_", "AZURE_", "ARM_", "GOOGLE_", "GCLOUD_", "CLOUDSDK_", "CLOUDFLARE_", "CF_", "DIGITALOCEAN_", "DO_", "HCLOUD_", "TF_", "TF_VAR_", "ANSIBLE_",
    "OTEL_", "SENTRY_", "LANGCHAIN_", "LANGSMITH_", "LANGFUSE_", "LLAMA_", "OPENAI_", "ANTHROPIC_", "GEMINI_", "COHERE_", "MISTRAL_", "GROQ_", "HF_",
    "HUGGINGFACE_", "HUGGING_FACE_", "TRANSFORMERS_", "TOKENIZERS_", "WANDB_", "MLFLOW_", "OLLAMA_", "VLLM_", "LITELLM_", "TAVILY_", "SERPER_", "CUDA_", "NCCL_",
    "OMP_", "MKL_", "TORCH_", "RAY_", "PREFECT_", "DAGSTER_", "TEMPORAL_", "DBT_", "SNOWFLAKE_", "DATABRICKS_", "GUNICORN_", "UVICORN_", "HYPERCORN_",
    "DJANGO_", "CELERYD_", "C_FORCE_", "FLOWER_", "STREAMLIT_", "GRADIO_", "CHAINLIT_", "JUPYTER_", "NEXT_", "NUXT_", "VITE_", "REACT_APP_", "EXPO_", "GATSBY_",
    "NEXTAUTH_", "AUTH_", "CLERK_", "PRISMA_", "SUPABASE_", "FIREBASE_", "STRIPE_", "TURBO_", "STORYBOOK_", "PUPPETEER_", "PLAYWRIGHT_", "CYPRESS_", "SELENIUM_",
    "INSTA_", "PYCURL_", "CARGO_", "PIP_", "UV_", "NPM_", "SPRING_", "MANAGEMENT_", "SERVER_", "LOGGING_", "QUARKUS_", "MICRONAUT_", "ASPNETCORE_", "RAILS_", "RACK_", "BUNDLE_", "GEM_", "LARAVEL_", "APP_", "MAIL_",
    "PHP_", "COMPOSER_", "RUST_", "GO_", "GIN_", "GODEBUG", "K8S_", "HELM_", "DOCKER_", "COMPOSE_", "PODMAN_", "LANGGRAPH_API_", "WEB_CONCURRENCY", "PROMETHEUS_", "POD_", "NODE_NAME", "HOST_IP",
)  # fmt: skip
"""How the settings of clients and frameworks begin that configure themselves."""
_NAMES = frozenset({
    "CELERY_APP", "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "CELERY_CONFIG_MODULE", "CELERY_LOADER", "CELERY_TRACE_APP",
    "MAX_WORKERS", "WORKERS_PER_CORE", "MODULE_NAME", "VARIABLE_NAME", "PRE_START_PATH", "FORWARDED_ALLOW_IPS", "ACCEPT_EULA", "SA_PASSWORD",
    "CHOKIDAR_USEPOLLING", "WATCHPACK_POLLING", "MSSQL_SA_PASSWORD", "ALLOW_EMPTY_PASSWORD", "ALLOW_ANONYMOUS_LOGIN", "VIRTUAL_HOST", "VIRTUAL_PORT", "CLUSTER_NAME", "PATH_PREFIX",
})  # fmt: skip


def is_read_elsewhere(name: str, *, in_own_container: bool = False) -> bool:
    """Whether an image, framework or client of somebody else may read a setting of this name.

    In a container of the repository's own program only frameworks and clients can.
    """
    upper = name.upper()
    if upper in _NAMES or upper.startswith(_LIBRARIES):
        return True
    return not in_own_container and upper.startswith(_IMAGES)
