-- The projects that an institution shares with each country: how many, when the last began, and the latest three.
WITH theirs AS (
    SELECT DISTINCT k.institution, p.project
    FROM participations AS p JOIN known_organisations AS k ON k.organisation = p.organisation
), members AS (
    SELECT project, country, min(year(start_date)) AS began
    FROM participations WHERE country IS NOT NULL
    GROUP BY project, country
)
SELECT t.institution, m.country, count(*) AS projects, max(m.began) AS last_year,
       list(m.project ORDER BY m.began DESC NULLS LAST, m.project)[1:3] AS latest
FROM theirs AS t JOIN members AS m ON m.project = t.project
GROUP BY t.institution, m.country
ORDER BY t.institution, m.country
