-- The works of each country with their team: works with the same lead. Of a work's authors in the country the lead is the
-- one with most works there, the first-named of equals; the institution, where no author is known; without either the
-- work stands alone, as its own id below zero. Over all years, so that a year does not depend on which others are asked for.
WITH named AS (
    SELECT
        works.source,
        coalesce(country_merge.into_country, authorships.country) AS country,
        authorships.work,
        authorships.seq,
        CASE WHEN authorships.author IS NULL THEN 0 ELSE 1 END AS known,
        coalesce(CAST(authorships.author AS BIGINT), -CAST(authorships.institution AS BIGINT)) AS team
    FROM authorships
    JOIN scoped_works AS works ON works.work = authorships.work
    LEFT JOIN country_merge ON country_merge.country = authorships.country
    WHERE authorships.country IS NOT NULL AND (authorships.author IS NOT NULL OR authorships.institution IS NOT NULL)
),
output AS (
    SELECT source, country, team, count(DISTINCT work) AS works
    FROM named
    GROUP BY source, country, team
),
placed AS (
    SELECT
        named.source,
        named.country,
        named.work,
        named.team,
        row_number() OVER (
            PARTITION BY named.source, named.country, named.work
            ORDER BY named.known DESC, output.works DESC, named.seq, named.team
        ) AS place
    FROM named
    JOIN output ON output.source = named.source AND output.country = named.country AND output.team = named.team
),
together AS (
    SELECT source, work, array_to_string(list_sort(list(country)), ' ') AS partners
    FROM joint_works
    GROUP BY source, work
)
SELECT
    works.source,
    located.country,
    works.work,
    coalesce(placed.team, -works.work) AS team,
    together.partners,
    works.year,
    works.type,
    works.topic,
    works.subfield,
    works.field,
    works.domain,
    works.citations,
    works.countries,
    located.units
FROM (SELECT * FROM located WHERE country IS NOT NULL AND $kept) AS located
JOIN scoped_works AS works ON works.work = located.work
LEFT JOIN placed
    ON placed.place = 1 AND placed.source = works.source AND placed.country = located.country AND placed.work = works.work
LEFT JOIN together ON together.source = works.source AND together.work = works.work
