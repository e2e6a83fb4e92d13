-- Joint works of two countries per topic, size of the collaboration and year. A work with k countries adds 1/(k - 1) to the links of each pair.
SELECT
    one.source,
    one.country AS c1,
    other.country AS c2,
    one.topic,
    min(one.subfield) AS subfield,
    min(one.field) AS field,
    min(one.domain) AS domain,
    CASE WHEN one.countries = 2 THEN 'bilateral' WHEN one.countries <= 10 THEN 'up to ten' ELSE 'larger' END AS size,
    one.year,
    count(*) AS works,
    CAST(sum(floor(CAST($units AS DOUBLE) / (one.countries - 1))) AS BIGINT) AS link_units
FROM joint_works AS one
JOIN joint_works AS other ON other.work = one.work AND other.source = one.source AND one.country < other.country
GROUP BY
    one.source,
    one.country,
    other.country,
    one.topic,
    CASE WHEN one.countries = 2 THEN 'bilateral' WHEN one.countries <= 10 THEN 'up to ten' ELSE 'larger' END,
    one.year
