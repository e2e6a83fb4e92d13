"""One module per source that the record can read."""
