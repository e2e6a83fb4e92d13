-- families that cite works, by the works' field of science and the applicants' country: a family in parts for both
WITH about AS (SELECT DISTINCT family, member FROM citing JOIN ours USING (work)),
weighed AS (SELECT family, member, 1.0 / count(*) OVER (PARTITION BY family) AS weight FROM about),
counted AS (
    SELECT member, country, family, sum(part * weight) AS part
    FROM weighed JOIN party USING (family)
    WHERE role = 'applicant' AND country IS NOT NULL
    GROUP BY member, country, family
)
SELECT CAST(member AS VARCHAR) AS symbol, country,
    CASE WHEN list_contains($codes, country) THEN coalesce(team, 'family ' || family) END AS team,
    sum(part) AS families, sum(part * part) AS squares
FROM counted LEFT JOIN lead USING (family)
GROUP BY ALL
ORDER BY ALL
