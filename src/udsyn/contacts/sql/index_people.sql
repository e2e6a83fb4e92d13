-- People numbered from 0 in the order of their ids; name, place and institution are those of their latest works.
CREATE TEMP TABLE indexed_people AS
WITH places AS (
    SELECT author, institution, country, max(year) AS latest, count(DISTINCT w) AS works
    FROM indexed_links
    WHERE country IS NOT NULL OR institution IS NOT NULL
    GROUP BY author, institution, country
), place AS (
    SELECT author, institution, country, latest,
           row_number() OVER (PARTITION BY author
                              ORDER BY latest DESC, works DESC, country, institution) AS choice
    FROM places
), named AS (
    SELECT author, arg_max(name, (year, w)) AS name, min(year) AS first_year, max(year) AS last_year,
           count(DISTINCT w) AS works
    FROM indexed_links
    GROUP BY author
)
SELECT row_number() OVER (ORDER BY n.author) - 1 AS p, n.author, coalesce(n.name, '') AS name,
       coalesce(p.institution, -1) AS institution, coalesce(p.country, '') AS country,
       coalesce(p.latest, 0) AS placed_year, n.first_year, n.last_year, n.works
FROM named AS n
LEFT JOIN place AS p ON p.author = n.author AND p.choice = 1
