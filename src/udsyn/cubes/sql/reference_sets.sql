-- The world's works of a subfield, year and type, and where its top 1, 5, 10 and 50 % begin (Waltman & Schreiber 2013).
WITH counted AS (
    SELECT source, subfield, year, type, citations, CAST(sum(works) AS BIGINT) AS ties
    FROM world_cells
    WHERE citations IS NOT NULL
    GROUP BY source, subfield, year, type, citations
),
ranked AS (
    SELECT
        source,
        subfield,
        year,
        type,
        citations AS threshold,
        ties,
        sum(ties) OVER (
            PARTITION BY source, subfield, year, type ORDER BY citations DESC ROWS UNBOUNDED PRECEDING
        ) - ties AS above,
        sum(ties) OVER (PARTITION BY source, subfield, year, type) AS works,
        sum(ties * citations) OVER (PARTITION BY source, subfield, year, type) AS citations
    FROM counted
),
percents AS (
    SELECT 1 AS percent UNION ALL SELECT 5 UNION ALL SELECT 10 UNION ALL SELECT 50
)
SELECT
    source,
    subfield,
    year,
    type,
    percent,
    CAST(works AS BIGINT) AS works,
    CAST(citations AS BIGINT) AS citations,
    threshold,
    CAST(above AS BIGINT) AS above,
    ties
FROM ranked
CROSS JOIN percents
WHERE above * 100 < works * percent AND works * percent <= (above + ties) * 100
