"""HOLD: the scholarly record on disk."""
