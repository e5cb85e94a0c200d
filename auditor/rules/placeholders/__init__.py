"""What stands in for work that was not done: markers, phrases, fields left to fill in, commented-out commands."""
