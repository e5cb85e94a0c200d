"""Secrets and settings: used and declared nowhere, written into the source, or pointing at one machine."""
