"""Pages for browsers: the HTML report of an audit, and a site of certificates."""
