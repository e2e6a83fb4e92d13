-- What the record holds of each tie after its day: joint works, works that acknowledge its grant, works of one that
-- cite the other's, grants acknowledged on joint works, joint projects; and the joint works from before.
-- ties: tie, day, award (letters and digits only). sides: tie, side, letter, member, sure. named: tie, side, name,
-- country. projects_of: tie, side, organisation. same: author, kept. not_theirs: work, author. fresh: the authorships
-- that were not looked through yet, and beside them their works, references and funders.
WITH written AS MATERIALIZED (
  SELECT DISTINCT 'A' AS letter, coalesce(same.kept, fresh.author) AS member, fresh.work
  FROM fresh
  LEFT JOIN same ON same.author = fresh.author
  WHERE coalesce(same.kept, fresh.author) IN (SELECT member FROM sides WHERE letter = 'A')
    AND NOT EXISTS (SELECT 1 FROM not_theirs WHERE not_theirs.work = fresh.work AND not_theirs.author = fresh.author)
  UNION ALL
  SELECT DISTINCT 'I' AS letter, institution AS member, work
  FROM fresh
  WHERE institution IN (SELECT member FROM sides WHERE letter = 'I')
),
dated AS MATERIALIZED (
  SELECT work, coalesce(date, make_date(year, 12, 31)) AS day
  FROM fresh_works
  WHERE year IS NOT NULL AND is_retracted IS NOT TRUE AND is_paratext IS NOT TRUE
    AND work IN (SELECT work FROM written)
),
mine AS MATERIALIZED (
  SELECT sides.tie, sides.side, sides.letter, sides.sure, written.work, dated.day, dated.day >= ties.day AS later
  FROM sides
  JOIN ties ON ties.tie = sides.tie
  JOIN written ON written.letter = sides.letter AND written.member = sides.member
  JOIN dated ON dated.work = written.work
),
called AS (
  SELECT mine.tie, mine.work, mine.day, mine.later,
    CASE WHEN count(DISTINCT fresh.author) OVER (PARTITION BY named.tie, named.side) > 1
      THEN 'named' ELSE 'likely' END AS sure
  FROM named
  JOIN mine ON mine.tie = named.tie AND mine.side <> named.side
  JOIN fresh ON fresh.work = mine.work
    AND trim(regexp_replace(lower(strip_accents(fresh.name)), '[^a-z]+', ' ', 'g')) = named.name
    AND (named.country = '' OR fresh.country IS NULL OR fresh.country = named.country)
),
joint AS MATERIALIZED (
  SELECT tie, work, day, later, min(sure) AS sure
  FROM (
    SELECT one.tie, one.work, one.day, one.later,
      CASE WHEN one.sure = 'sure' AND other.sure = 'sure' THEN '1 sure' ELSE '2 likely' END AS sure
    FROM mine AS one
    JOIN mine AS other ON other.tie = one.tie AND other.work = one.work AND other.side = 'b'
    WHERE one.side = 'a'
    UNION ALL
    SELECT tie, work, day, later, CASE sure WHEN 'likely' THEN '2 likely' ELSE '3 named' END FROM called
  )
  GROUP BY tie, work, day, later
),
paid AS MATERIALIZED (
  SELECT work, regexp_replace(upper(award), '[^A-Z0-9]+', '', 'g') AS award, award AS number, NULL AS start_date
  FROM fresh_work_funders
  WHERE award IS NOT NULL AND work IN (SELECT work FROM written)
  UNION
  SELECT award_works.work, regexp_replace(upper(awards.number), '[^A-Z0-9]+', '', 'g'), awards.number, awards.start_date
  FROM awards
  JOIN award_works ON award_works.award = awards.award
  WHERE awards.number IS NOT NULL AND award_works.work IN (SELECT work FROM written)
),
links AS MATERIALIZED (
  SELECT work, cited
  FROM fresh_references
  WHERE work IN (SELECT work FROM mine WHERE letter = 'A' AND later)
),
cited AS MATERIALIZED (
  SELECT DISTINCT coalesce(same.kept, authorships.author) AS member, authorships.work
  FROM authorships
  LEFT JOIN same ON same.author = authorships.author
  WHERE authorships.work IN (SELECT cited FROM links)
    AND coalesce(same.kept, authorships.author) IN (SELECT member FROM sides WHERE letter = 'A')
),
citing AS (
  SELECT DISTINCT mine.tie, mine.work, mine.day
  FROM mine
  JOIN links ON links.work = mine.work
  JOIN cited ON cited.work = links.cited
  JOIN sides ON sides.tie = mine.tie AND sides.side <> mine.side AND sides.letter = 'A' AND sides.member = cited.member
  WHERE mine.letter = 'A' AND mine.later
),
taking AS (
  SELECT DISTINCT projects_of.tie, projects_of.side, participations.project, participations.start_date AS day
  FROM projects_of
  JOIN participations ON participations.organisation = projects_of.organisation
)
SELECT tie, 'work' AS kind, 'W' || work AS id, day, 'both' AS evidence, sure[3:] AS sure, later
FROM joint
UNION ALL
SELECT DISTINCT mine.tie, 'work', 'W' || mine.work, mine.day, 'acknowledged', 'sure', mine.later
FROM ties
JOIN paid ON paid.award = ties.award
JOIN mine ON mine.tie = ties.tie AND mine.work = paid.work
WHERE ties.award <> '' AND mine.later
  AND NOT EXISTS (SELECT 1 FROM joint WHERE joint.tie = mine.tie AND joint.work = mine.work)
UNION ALL
SELECT citing.tie, 'work', 'W' || citing.work, citing.day, 'cites', 'sure', true
FROM citing
WHERE NOT EXISTS (SELECT 1 FROM joint WHERE joint.tie = citing.tie AND joint.work = citing.work)
UNION ALL
SELECT joint.tie, 'grant', paid.number, min(coalesce(paid.start_date, joint.day)), 'on a joint work',
  min(joint.sure)[3:], true
FROM joint
JOIN paid ON paid.work = joint.work
JOIN ties ON ties.tie = joint.tie AND ties.award <> paid.award
WHERE joint.later AND (paid.start_date IS NULL OR paid.start_date >= ties.day)
GROUP BY joint.tie, paid.number
UNION ALL
SELECT one.tie, 'project', CAST(one.project AS VARCHAR), min(one.day), 'both', 'sure', bool_and(one.day >= ties.day)
FROM taking AS one
JOIN taking AS other ON other.tie = one.tie AND other.project = one.project AND other.side = 'b'
JOIN ties ON ties.tie = one.tie
WHERE one.side = 'a' AND one.day IS NOT NULL
GROUP BY one.tie, one.project
ORDER BY tie, kind, id, evidence
