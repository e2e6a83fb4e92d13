-- Works of a country of some kinds per year: with a company among the institutions, with countries on two or more
-- continents, with institutions of two countries more than 5,000 km apart. WORLD counts each work once.
-- A slice knows the institutions of its own countries' works alone.
WITH company AS (
    SELECT DISTINCT authorships.work
    FROM authorships
    JOIN institutions ON institutions.institution = authorships.institution
    WHERE institutions.type = 'company'
),
intercontinental AS (
    SELECT located.work
    FROM scoped_countries AS located
    JOIN country_continents ON country_continents.country = located.country
    WHERE located.countries >= 2
    GROUP BY located.work
    HAVING min(country_continents.continent) <> max(country_continents.continent)
),
places AS (
    SELECT DISTINCT
        authorships.work,
        authorships.country,
        radians(institutions.lat) AS lat,
        radians(institutions.lon) AS lon
    FROM authorships
    JOIN institutions ON institutions.institution = authorships.institution
    JOIN scoped_works AS works ON works.work = authorships.work
    WHERE works.countries >= 2 AND institutions.lat IS NOT NULL AND institutions.lon IS NOT NULL
),
long_distance AS (
    SELECT DISTINCT one.work
    FROM places AS one
    JOIN places AS other ON other.work = one.work AND one.country < other.country
    WHERE 2 * 6371.01 * asin(sqrt(
        power(sin((other.lat - one.lat) / 2), 2) + cos(one.lat) * cos(other.lat) * power(sin((other.lon - one.lon) / 2), 2)
    )) > 5000
),
kinds AS (
    SELECT 'company' AS kind, work FROM company
    UNION ALL
    SELECT 'intercontinental' AS kind, work FROM intercontinental
    UNION ALL
    SELECT 'long_distance' AS kind, work FROM long_distance
),
counted AS (
    SELECT located.source, located.country, kinds.kind, located.year, CAST(count(*) AS DOUBLE) AS works
    FROM scoped_countries AS located
    JOIN kinds ON kinds.work = located.work
    GROUP BY located.source, located.country, kinds.kind, located.year
    UNION ALL
    SELECT works.source, 'WORLD' AS country, kinds.kind, works.year, CAST(count(*) AS DOUBLE) AS works
    FROM scoped_works AS works
    JOIN kinds ON kinds.work = works.work
    GROUP BY works.source, kinds.kind, works.year
)
SELECT source, country, kind, year, works
FROM counted
WHERE kind = 'intercontinental' OR $kept
