SELECT
    'US-' || patent_id AS family,
    TRY_CAST(inventor_sequence AS BIGINT) + 1 AS seq,
    'inventor' AS role,
    NULL AS name,
    nullif(places.disambig_country, '') AS country,
    nullif(places.disambig_city, '') AS city,
    TRY_CAST(places.latitude AS DOUBLE) AS latitude,
    TRY_CAST(places.longitude AS DOUBLE) AS longitude
FROM given LEFT JOIN places USING (location_id)
WHERE coalesce(patent_id, '') <> ''
