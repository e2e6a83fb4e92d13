WITH speaking AS (  -- the earliest publication that names its applicants speaks for the family
    SELECT CAST(family_id AS VARCHAR) AS family,
        arg_min(publication_number, (len(coalesce(assignee_harmonized, [])) = 0, publication_date, publication_number)) AS publication
    FROM given
    WHERE coalesce(CAST(family_id AS VARCHAR), '') NOT IN ('', '-1', '0')
    GROUP BY ALL
),
chosen AS (
    SELECT speaking.family, given.assignee_harmonized, given.inventor_harmonized
    FROM given JOIN speaking ON given.publication_number = speaking.publication
)
SELECT family, seq, 'applicant' AS role, party.name AS name, nullif(party.country_code, '') AS country,
    NULL AS city, NULL AS latitude, NULL AS longitude  -- Google's export does not say
FROM (SELECT family, unnest(assignee_harmonized) AS party, generate_subscripts(assignee_harmonized, 1) AS seq FROM chosen)
UNION ALL
SELECT family, seq, 'inventor', NULL, nullif(party.country_code, ''), NULL, NULL, NULL
FROM (SELECT family, unnest(inventor_harmonized) AS party, generate_subscripts(inventor_harmonized, 1) AS seq FROM chosen)
