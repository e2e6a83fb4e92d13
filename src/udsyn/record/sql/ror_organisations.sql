SELECT
  id AS ror,
  name,
  upper(country_code) AS country,
  city,
  lat,
  lng AS lon,
  types[1] AS type,
  status,
  list_filter(relationships, lambda r: lower(r.type) = 'parent')[1].id AS parent,
  list_filter(relationships, lambda r: lower(r.type) = 'successor')[1].id AS successor
FROM incoming
ORDER BY line
