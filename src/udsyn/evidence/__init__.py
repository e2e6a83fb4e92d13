"""JUDGE: pure functions from cubes to findings, one module per question."""
