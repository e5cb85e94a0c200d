"""Loading rubrics: YAML with line numbers, inheritance, checks against the known rules, JSON Schema."""
