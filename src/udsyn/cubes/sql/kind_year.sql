-- Works of a country of some kinds per year: with a company among the institutions, with countries on two or more
-- continents, with institutions of two countries more than 5,000 km apart. WORLD counts each work once.
-- A slice knows the institutions of its own countries' works alone.
WITH company AS (
    SELECT works.source, works.work, works.year
    FROM scoped_works AS works
    WHERE works.work IN (
        SELECT authorships.work
        FROM authorships
        JOIN institutions ON institutions.institution = authorships.institution
        WHERE institutions.type = 'company'
    )
),
intercontinental AS (
    SELECT joint.source, joint.work, joint.year
    FROM joint_works AS joint
    JOIN country_continents ON country_continents.country = joint.country
    GROUP BY joint.source, joint.work, joint.year
    HAVING min(country_continents.continent) <> max(country_continents.continent)
),
places AS (
    SELECT joint.work, joint.country, radians(institutions.lat) AS lat, radians(institutions.lon) AS lon
    FROM joint_institutions AS joint
    JOIN institutions ON institutions.institution = joint.institution
    WHERE institutions.lat IS NOT NULL AND institutions.lon IS NOT NULL
),
distant AS (
    SELECT DISTINCT one.work
    FROM places AS one
    JOIN places AS other ON other.work = one.work AND one.country < other.country
    WHERE 2 * 6371.01 * asin(sqrt(
        power(sin((other.lat - one.lat) / 2), 2) + cos(one.lat) * cos(other.lat) * power(sin((other.lon - one.lon) / 2), 2)
    )) > 5000
),
kinds AS (
    SELECT 'company' AS kind, source, work, year FROM company
    UNION ALL
    SELECT 'intercontinental' AS kind, source, work, year FROM intercontinental
    UNION ALL
    SELECT 'long_distance' AS kind, works.source, works.work, works.year
    FROM scoped_works AS works
    JOIN distant ON distant.work = works.work
),
counted AS (
    SELECT kinds.source, located.country, kinds.kind, kinds.year, CAST(count(*) AS DOUBLE) AS works
    FROM kinds
    JOIN located ON located.work = kinds.work
    GROUP BY kinds.source, located.country, kinds.kind, kinds.year
    UNION ALL
    SELECT source, 'WORLD' AS country, kind, year, CAST(count(*) AS DOUBLE) AS works
    FROM kinds
    GROUP BY source, kind, year
)
SELECT source, country, kind, year, works
FROM counted
WHERE kind = 'intercontinental' OR $kept
