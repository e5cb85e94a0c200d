"""Tests and jobs that do not exercise what they say they exercise."""
