-- every name of an applicant with its families, those that cite ours, and their weight by age
WITH newest AS (SELECT max(year(filed)) AS year FROM family SEMI JOIN citing USING (family)),
used AS (SELECT DISTINCT family FROM citing)
SELECT name, country, count(*) AS mentions, sum(part) AS families,
    coalesce(sum(part) FILTER (used.family IS NOT NULL), 0) AS citing,
    coalesce(sum(part * power(0.5, coalesce(newest.year - year(filed), $half) / $half)) FILTER (used.family IS NOT NULL), 0) AS weight
FROM party JOIN family USING (family) LEFT JOIN used ON party.family = used.family CROSS JOIN newest
WHERE role = 'applicant' AND name IS NOT NULL AND ($country IS NULL OR country = $country)
GROUP BY name, country
