"""Pure data: what the stages hand to one another. Nothing here reads disk, git, clock or environment."""
