-- Institutions as the works name them, for records that hold no institution objects.
SELECT DISTINCT ON (institution) short_id(i.id) AS institution, i.display_name AS name, i.ror AS ror,
  upper(i.country_code) AS country, i.type AS type, i.lineage AS lineage
FROM (SELECT unnest(a.institutions) AS i FROM (SELECT unnest(authorships) AS a FROM incoming))
WHERE short_id(i.id) IS NOT NULL
ORDER BY institution, name, ror, country, type
