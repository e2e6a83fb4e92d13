-- International works of a country per size of the collaboration and year.
SELECT
    source,
    country,
    CASE WHEN countries = 2 THEN 'bilateral' WHEN countries <= 10 THEN 'up to ten' ELSE 'larger' END AS size,
    year,
    CAST(count(*) AS DOUBLE) AS works
FROM joint_works
GROUP BY
    source,
    country,
    CASE WHEN countries = 2 THEN 'bilateral' WHEN countries <= 10 THEN 'up to ten' ELSE 'larger' END,
    year
