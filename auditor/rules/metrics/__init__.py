"""Values and verdicts that nothing measured."""
