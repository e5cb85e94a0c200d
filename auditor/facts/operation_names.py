"""Names of the programs that operations rely on: what delivers, restores, rotates or rehearses."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["delivers"]

_DELIVERS = pattern(
    r"(?i)(^|[_-])(deploy|rollback|roll_back|failover|fail_over|failback|fail_back|restore|backup|migrate|promote|cutover|release_to|recover|disaster_recovery|go_live|go-live|launch_prod\w*|drill|rotate|rotation|health_?check|health-check|"
    r"onboard|offboard|decommission)([_-]|$)"
)


def delivers(name: str) -> bool:
    """Whether the name of a file says that it delivers, recovers, rotates or rehearses; its suffix does not count."""
    return _DELIVERS.search(name.partition(".")[0]) is not None
