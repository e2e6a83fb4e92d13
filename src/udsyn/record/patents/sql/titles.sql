SELECT symbol, title FROM given WHERE coalesce(symbol, '') <> '' AND coalesce(title, '') <> ''
