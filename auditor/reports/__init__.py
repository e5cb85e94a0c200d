"""Reports that other tools and people made: parsed from bytes that may be hostile, and nothing more."""
