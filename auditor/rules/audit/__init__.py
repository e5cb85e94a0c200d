"""The audit itself: what could not be judged, and what does not belong in a repository."""
