-- Works to leave out of a part: those that stand in several parts, but for the one last updated (OpenAlex's own objects
-- first; the later part where dates are equal), and those that were merged into another.
CREATE TEMP TABLE dropped AS
WITH held AS (
  SELECT work, source, updated, parse_filename(filename, true) AS stem FROM read_parquet($works, filename = true)
),
several AS (
  SELECT work FROM held GROUP BY work HAVING count(*) > 1
),
placed AS (
  SELECT stem, work, row_number() OVER (
    PARTITION BY work
    ORDER BY source = 'openalex' DESC, updated DESC NULLS LAST, list_position($stems, stem) DESC
  ) AS place
  FROM held
  WHERE work IN (SELECT work FROM several)
)
SELECT stem, work FROM placed WHERE place > 1
UNION
SELECT stem, work FROM held WHERE work IN (SELECT id FROM merged_works)
