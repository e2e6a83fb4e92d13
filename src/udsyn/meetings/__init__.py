"""The schedule of a matchmaking day: a pure solver, no database."""
