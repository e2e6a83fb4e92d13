SELECT
    'US-' || patent_id AS family,
    TRY_CAST(inventor_sequence AS BIGINT) + 1 AS seq,
    'inventor' AS role,
    NULL AS name,
    nullif(places.disambig_country, '') AS country
FROM given LEFT JOIN places USING (location_id)
WHERE coalesce(patent_id, '') <> ''
