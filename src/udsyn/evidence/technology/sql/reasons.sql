-- the families of chosen firms that cite ours, newest first, each by its first publication, with one of the works and
-- how the link is known
WITH cited AS (
    SELECT firm, chosen.country, party.family, any_value(family.title) AS title, any_value(year(filed)) AS year,
        min(work) AS work, arg_min(ours.title, work) AS work_title, arg_min(ours.doi, work) AS doi,
        count(DISTINCT work) AS works, arg_min(coalesce(place, ''), work) AS place,
        arg_min(coalesce(confidence, 0), work) AS confidence, list(DISTINCT work) AS all_works
    FROM chosen JOIN party ON party.name = chosen.name AND party.country IS NOT DISTINCT FROM chosen.country
    JOIN citing USING (family) JOIN family USING (family) JOIN ours USING (work)
    WHERE role = 'applicant'
    GROUP BY firm, chosen.country, party.family
),
named AS (
    SELECT family, arg_min(publication, (published, publication)) AS publication
    FROM publication SEMI JOIN cited USING (family)
    GROUP BY family
)
SELECT cited.*, publication FROM cited JOIN named USING (family)
ORDER BY year DESC NULLS LAST, family
