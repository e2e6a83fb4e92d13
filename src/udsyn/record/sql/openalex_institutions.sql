SELECT
  object AS institution,
  display_name AS name,
  ror,
  upper(country_code) AS country,
  type,
  geo.city AS city,
  geo.latitude AS lat,
  geo.longitude AS lon,
  short_id(COALESCE(
    list_filter(associated_institutions, lambda a: a.relationship = 'parent')[1].id,
    list_filter(lineage, lambda i: i <> id)[1]
  )) AS parent
FROM incoming
ORDER BY line
