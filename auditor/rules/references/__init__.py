"""Rules on references to what is not there."""
