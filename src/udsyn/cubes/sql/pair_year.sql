-- Joint works of two countries per year.
SELECT
    source,
    c1,
    c2,
    year,
    CAST(sum(works) AS DOUBLE) AS works,
    CAST(sum(link_units) AS DOUBLE) / $units AS links_fractional,
    CAST(NULL AS DOUBLE) AS published_index
FROM pair_cells
GROUP BY source, c1, c2, year
