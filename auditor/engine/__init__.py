"""Map and reduce: files to facts and hits, facts to more hits, hits to findings."""
