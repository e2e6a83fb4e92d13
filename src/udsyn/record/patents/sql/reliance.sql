-- Reliance on Science: oaid with or without W; patent as us-10494607-b2
SELECT
    upper(patent) AS publication,
    TRY_CAST(ltrim(upper(oaid), 'W') AS BIGINT) AS work,
    NULL AS doi,
    TRY_CAST(confscore AS BIGINT) AS confidence,
    CASE WHEN wherefound LIKE 'front%' THEN 'front' WHEN wherefound LIKE 'body%' THEN 'text' WHEN wherefound LIKE 'both%' THEN 'both' END AS place,
    CASE WHEN reftype LIKE 'app%' THEN 'applicant' WHEN reftype LIKE 'ex%' THEN 'examiner' END AS "by"
FROM given
WHERE coalesce(patent, '') <> '' AND TRY_CAST(ltrim(upper(oaid), 'W') AS BIGINT) IS NOT NULL
