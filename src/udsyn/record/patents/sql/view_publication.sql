SELECT
    'US-' || patent_id || coalesce('-' || wipo_kind, '') AS publication,
    'US-' || patent_id AS family,
    'US' AS country,
    patent_id AS number,
    wipo_kind AS kind,
    TRY_CAST(filing_date AS DATE) AS filed,
    TRY_CAST(patent_date AS DATE) AS published,
    patent_title AS title,
    NULL AS abstract,
    'en' AS language,
    patent_type = 'design' AS design,
    withdrawn = '1' AS withdrawn
FROM given
WHERE coalesce(patent_id, '') <> ''
