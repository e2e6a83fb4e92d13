SELECT DISTINCT
    publication_number AS publication,
    cited.publication_number AS cited,
    CASE upper(cited.category) WHEN 'APP' THEN 'applicant' WHEN 'EXA' THEN 'examiner' WHEN 'SEA' THEN 'examiner'
        WHEN 'ISR' THEN 'examiner' END AS "by"
FROM (SELECT publication_number, unnest(citation) AS cited FROM given)
WHERE coalesce(cited.publication_number, '') <> ''
