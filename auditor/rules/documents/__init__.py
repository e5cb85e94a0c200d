"""Whether documents written by hand tell the truth: certificates, audit reports, readiness reviews."""
