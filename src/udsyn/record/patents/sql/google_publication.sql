SELECT
    publication_number AS publication,
    CAST(family_id AS VARCHAR) AS family,
    country_code AS country,
    split_part(publication_number, '-', 2) AS number,
    split_part(publication_number, '-', 3) AS kind,
    CAST(try_strptime(CAST(nullif(filing_date, 0) AS VARCHAR), '%Y%m%d') AS DATE) AS filed,
    CAST(try_strptime(CAST(nullif(publication_date, 0) AS VARCHAR), '%Y%m%d') AS DATE) AS published,
    coalesce(list_filter(title_localized, lambda t: t.language = 'en')[1].text, title_localized[1].text) AS title,
    coalesce(list_filter(abstract_localized, lambda t: t.language = 'en')[1].text, abstract_localized[1].text) AS abstract,
    coalesce(list_filter(title_localized, lambda t: t.language = 'en')[1].language, title_localized[1].language) AS language,
    split_part(publication_number, '-', 3) LIKE 'S%' AS design,
    NULL AS withdrawn
FROM given
WHERE publication_number IS NOT NULL AND coalesce(CAST(family_id AS VARCHAR), '') NOT IN ('', '-1', '0')
