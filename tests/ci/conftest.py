"""The repositories of the end-to-end tests, for the tests of what runs in continuous integration."""

from tests.e2e.conftest import auditor, repository

__all__ = ["auditor", "repository"]
