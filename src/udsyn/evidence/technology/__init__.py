"""Technology: what patents say of a country, counted by families of inventions."""
