"""MEET: whom to contact, why, and through whom."""
