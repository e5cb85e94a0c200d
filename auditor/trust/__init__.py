"""Trust files: who may sign for what, as a reviewer writes it down."""
