"""Rules on delivery: approval, rollback, pinned inputs."""
