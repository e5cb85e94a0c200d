"""Evidence: whether the artefacts that a rubric asks for are there, and say something."""
