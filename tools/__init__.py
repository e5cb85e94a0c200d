"""Programs for those who work on auditor; not part of what is installed."""
