-- Works of two or more countries, a row per country: what pairs and distances are counted from.
SELECT
    works.source,
    works.work,
    works.year,
    works.topic,
    works.subfield,
    works.field,
    works.domain,
    works.countries,
    located.country
FROM scoped_works AS works
JOIN located ON located.work = works.work
WHERE works.countries >= 2 AND located.country IS NOT NULL
