-- How the institutions of people are called: in the record, and in ROR's register with its other names.
WITH theirs AS (
    SELECT institution, country, name, ror FROM institutions
    WHERE institution IN (SELECT institution FROM indexed_people) AND country IS NOT NULL
)
SELECT institution, country, name FROM theirs WHERE name IS NOT NULL
UNION
SELECT t.institution, t.country, unnest(list_append(coalesce(o.names, []), o.name))
FROM theirs AS t JOIN organisations AS o ON o.ror = t.ror
ORDER BY institution, country, name
