"""Accepted risk: what a repository declares, and what of it counts."""
