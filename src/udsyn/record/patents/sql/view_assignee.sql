SELECT
    'US-' || patent_id AS family,
    TRY_CAST(assignee_sequence AS BIGINT) + 1 AS seq,
    'applicant' AS role,
    nullif(disambig_assignee_organization, '') AS name,
    coalesce(nullif(places.disambig_country, ''), CASE WHEN assignee_type IN ('2', '4', '6', '8', '9') THEN 'US' END) AS country,
    NULL AS city, NULL AS latitude, NULL AS longitude
FROM given LEFT JOIN places USING (location_id)
WHERE coalesce(patent_id, '') <> ''
