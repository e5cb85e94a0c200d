"""Rules on workflows: what is never, or not truly, exercised."""
