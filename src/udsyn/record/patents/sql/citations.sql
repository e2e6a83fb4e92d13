-- patent and work, or DOI, of any source, with what it says of the citation
SELECT
    upper(patent) AS publication,
    TRY_CAST(ltrim(upper(regexp_replace(CAST(work AS VARCHAR), '^.*/', '')), 'W') AS BIGINT) AS work,
    lower(regexp_replace(doi, '^(https?://(dx\.)?doi\.org/|doi:)', '', 'i')) AS doi,
    TRY_CAST(confidence AS BIGINT) AS confidence,
    CASE WHEN place IN ('front', 'text', 'both') THEN place END AS place,
    CASE WHEN "by" IN ('applicant', 'examiner') THEN "by" END AS "by"
FROM given
WHERE coalesce(patent, '') <> ''
    AND (TRY_CAST(ltrim(upper(regexp_replace(CAST(work AS VARCHAR), '^.*/', '')), 'W') AS BIGINT) IS NOT NULL OR coalesce(doi, '') <> '')
