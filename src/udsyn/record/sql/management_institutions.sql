SELECT
  short_id(institution_id) AS institution,
  min(institution_name) AS name,
  min(ror) AS ror,
  min(country_code) AS country,
  CAST(NULL AS VARCHAR) AS type,
  min(city) AS city,
  CAST(min(lat) AS DOUBLE) AS lat,
  CAST(min(lng) AS DOUBLE) AS lon,
  CAST(NULL AS BIGINT) AS parent
FROM read_csv(getvariable('places'), nullstr = '', all_varchar = true)
WHERE institution_id IS NOT NULL
GROUP BY institution_id
ORDER BY institution
