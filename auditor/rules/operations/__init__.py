"""Rules on monitoring, alerts and the running of the service."""
