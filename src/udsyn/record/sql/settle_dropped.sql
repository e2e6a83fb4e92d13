-- Objects to leave out of a part: those that stand in several parts, but for the one last updated (OpenAlex's own objects
-- first; the later part where dates are equal), and those that were merged into another.
-- held: object, own, updated, stem of its part; merged: id.
CREATE OR REPLACE TEMP TABLE dropped AS
WITH several AS (
  SELECT object FROM held GROUP BY object HAVING count(*) > 1
),
placed AS (
  SELECT stem, object, row_number() OVER (
    PARTITION BY object
    ORDER BY own DESC, updated DESC NULLS LAST, list_position($stems, stem) DESC
  ) AS place
  FROM held
  WHERE object IN (SELECT object FROM several)
)
SELECT stem, object FROM placed WHERE place > 1
UNION
SELECT stem, object FROM held WHERE object IN (SELECT id FROM merged)
