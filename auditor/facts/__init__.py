"""Facts: what one file says, parsed and typed. One module per kind of file; the registry finds them."""
