-- Countries of works, in the order of countries.
SELECT DISTINCT country, w FROM indexed_links WHERE country IS NOT NULL ORDER BY country, w
