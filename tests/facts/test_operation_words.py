"""Every name of an operation that is mentioned is seen to be mentioned."""

import pytest

from auditor.facts.operation_words import PARSER, OperationWords, names_operation
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

NAMES = (
    "verify_backup", "validate_dump", "check_archive", "test_restores", "verify_data_integrity", "check_recovery", "validate_rollback",
    "create_backup", "take_snapshots", "perform_failback", "run_drill", "trigger_rotation", "start_recovery", "execute_failover",
    "restore", "roll_back", "rollback_deployment", "fail_over_to_replica", "recover_from_backup", "rotate_api_keys", "rotate_certificates",
    "send_alert", "raise_alarm", "emit_page", "publish_order_notifications", "notify_oncall", "page_on_call", "alert_ops", "escalate_to_team",
    "emergency_stop", "activate_kill_switch", "enforce_retention", "prune_backups", "_send_notification",
)  # fmt: skip


def _mentioned(text: str) -> frozenset[str]:
    fact = PARSER.parse(Source(SourceFile("a.py", "", 0, Language.PYTHON, Role.SHIPPED), text.encode()))
    assert fact is None or isinstance(fact, OperationWords)
    return fact.names if fact is not None else frozenset()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_an_operation_is_known_where_it_is_used_and_not_where_it_is_defined(name: str) -> None:
    assert names_operation(name)
    assert _mentioned(f"self.{name}(1)\n") == {name}
    assert _mentioned(f"call('ops:{name}')\n") == {name}
    assert _mentioned(f"async def {name}(self):\n    pass\n") == frozenset()


@pytest.mark.parametrize(
    "name", ["load_orders", "restored", "alerts", "archive", "recovery_time", "send_order", "verify_user"]
)
def test_other_names_are_none(name: str) -> None:
    assert not names_operation(name)
