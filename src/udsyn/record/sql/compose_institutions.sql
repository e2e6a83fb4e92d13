-- One row per institution: OpenAlex's own objects before what works name, a later part before an
-- earlier; what they lack comes from ROR.
WITH chosen AS (
  SELECT institution, unnest(arg_max(
      {
        'name': name, 'ror': ror, 'country': country, 'type': type, 'city': city, 'lat': lat, 'lon': lon,
        'parent': parent
      },
      precedence
    ))
  FROM (
    SELECT rank + 4_294_967_296 AS precedence, institution, name, ror, country, type, city, lat, lon, parent
    FROM own_institutions
    UNION ALL
    SELECT rank, institution, name, ror, country, type, NULL, NULL, NULL,
      list_filter(list_transform(lineage, lambda i: short_id(i)), lambda i: i <> institution)[1]
    FROM named_institutions
  )
  WHERE institution NOT IN (SELECT id FROM merged_institutions)
  GROUP BY institution
),
addressed AS (
  SELECT ror, min(institution) AS institution FROM chosen WHERE ror IS NOT NULL GROUP BY ror
)
SELECT
  c.institution,
  COALESCE(c.name, o.name) AS name,
  c.ror,
  COALESCE(c.country, o.country) AS country,
  COALESCE(c.type, o.type) AS type,
  COALESCE(c.city, o.city) AS city,
  COALESCE(c.lat, o.lat) AS lat,
  COALESCE(c.lon, o.lon) AS lon,
  COALESCE(p.institution, c.parent) AS parent,
  s.institution AS successor
FROM chosen AS c
LEFT JOIN organisations AS o ON o.ror = c.ror
LEFT JOIN addressed AS p ON p.ror = o.parent
LEFT JOIN addressed AS s ON s.ror = o.successor
ORDER BY c.institution
