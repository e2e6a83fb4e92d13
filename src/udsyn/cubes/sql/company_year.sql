-- Works of countries with a company among the institutions, per year.
WITH with_company AS (
    SELECT authorships.work
    FROM authorships
    JOIN institutions ON institutions.institution = authorships.institution
    WHERE institutions.type = 'company'
    GROUP BY authorships.work
)
SELECT
    located.source,
    located.country,
    located.year,
    CAST(count(*) AS DOUBLE) AS works
FROM scoped_countries AS located
JOIN with_company ON with_company.work = located.work
GROUP BY located.source, located.country, located.year
