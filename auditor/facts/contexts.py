"""The properties of the contexts of GitHub workflows, in lower case.

As published: https://docs.github.com/actions/reference/workflows-and-actions/contexts
"""

from __future__ import annotations

__all__ = ["CONTEXTS"]

CONTEXTS = {
    "github": frozenset({
        "action", "action_path", "action_ref", "action_repository", "action_status", "actor", "actor_id", "api_url",
        "artifact_cache_size_limit", "base_ref", "env", "event", "event_name", "event_path", "graphql_url", "head_ref", "job",
        "job_workflow_sha", "output", "path", "ref", "ref_name", "ref_protected", "ref_type", "repository", "repository_id",
        "repository_owner", "repository_owner_id", "repository_visibility", "repositoryurl", "retention_days", "run_attempt",
        "run_id", "run_number", "secret_source", "server_url", "sha", "state", "step_summary", "token", "triggering_actor",
        "workflow", "workflow_ref", "workflow_sha", "workspace",
    }),
    "runner": frozenset({"name", "os", "arch", "temp", "tool_cache", "debug", "environment", "workspace"}),
    "job": frozenset({
        "container", "services", "status", "check_run_id", "workflow_ref", "workflow_sha", "workflow_repository",
        "workflow_file_path",
    }),
    "strategy": frozenset({"fail-fast", "job-index", "job-total", "max-parallel"}),
}  # fmt: skip
