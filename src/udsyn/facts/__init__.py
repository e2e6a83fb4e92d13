"""Shipped facts: countries, agreements, centres, posts, programmes and published figures, each with its source."""
