-- who paid for the joint works of two countries, by what works and awards say; an award that says its works counts, too
WITH joint AS (
    SELECT work, year FROM works_in_scope
    WHERE work IN (SELECT work FROM work_countries WHERE country = $home)
      AND work IN (SELECT work FROM work_countries WHERE country = $partner)
      AND ($first IS NULL OR year BETWEEN $first AND $last)
),
named AS (
    SELECT work, year, funder, name, award FROM paid JOIN joint USING (work) WHERE funder IS NOT NULL
)
SELECT
    named.funder,
    coalesce(any_value(funders_held.name), arg_max(named.name, (named.year, named.work))) AS name,
    any_value(funders_held.country) AS country,
    count(DISTINCT work) AS works,
    count(DISTINCT lower(award)) AS awards,
    min(named.year) AS first_year,
    max(named.year) AS last_year,
    (SELECT count(DISTINCT work) FROM named) AS told,
    (SELECT count(*) FROM joint) AS joint
FROM named LEFT JOIN funders_held ON funders_held.funder = named.funder
GROUP BY named.funder
ORDER BY works DESC, named.funder
