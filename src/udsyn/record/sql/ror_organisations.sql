-- Versions 1 and 2 of ROR's schema, and tables made flat of either. The name is the one that ROR displays.
SELECT
  CASE WHEN starts_with(id, 'http') THEN id ELSE 'https://ror.org/' || id END AS ror,
  coalesce(
    name,
    list_filter(names, lambda n: list_contains(n.types, 'ror_display'))[1].value,
    list_filter(names, lambda n: list_contains(n.types, 'label'))[1].value,
    names[1].value
  ) AS name,
  upper(coalesce(country_code, json_extract_string(country, '$.country_code'), locations[1].geonames_details.country_code))
    AS country,
  coalesce(city, addresses[1].city, locations[1].geonames_details.name) AS city,
  coalesce(lat, addresses[1].lat, locations[1].geonames_details.lat) AS lat,
  coalesce(lng, addresses[1].lng, locations[1].geonames_details.lng) AS lon,
  lower(types[1]) AS type,
  lower(status) AS status,
  list_filter(relationships, lambda r: lower(r.type) = 'parent')[1].id AS parent,
  list_filter(relationships, lambda r: lower(r.type) = 'successor')[1].id AS successor,
  list_distinct(list_concat(
    aliases,
    json_extract_string(labels, '$[*].label'),
    list_transform(
      list_filter(names, lambda n: list_contains(n.types, 'label') OR list_contains(n.types, 'alias')), lambda n: n.value
    )
  )) AS names
FROM incoming
ORDER BY line
