"""auditor tells production-ready from paper-ready, and signs what it found."""

__version__ = "0.9.0"
