SELECT DISTINCT
    'US-' || patent_id AS publication,
    'US-' || citation_patent_id AS cited,
    CASE WHEN citation_category LIKE '%examiner%' THEN 'examiner' WHEN citation_category LIKE '%applicant%' THEN 'applicant' END AS "by"
FROM given
WHERE coalesce(patent_id, '') <> '' AND coalesce(citation_patent_id, '') <> ''
