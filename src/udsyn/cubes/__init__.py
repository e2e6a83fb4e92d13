"""COUNT: small tables such as country × field × year, made by named SQL statements."""
