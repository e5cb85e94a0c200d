"""The only access to disk and git: snapshot, inventory, components, owners."""
