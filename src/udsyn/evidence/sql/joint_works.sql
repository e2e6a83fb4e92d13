-- Joint works of each pair (letter A: people, I: institutions) in each year, of one source and in scope.
WITH wanted AS (
  SELECT letter, a AS member FROM pairs
  UNION
  SELECT letter, b AS member FROM pairs
),
written AS (
  SELECT DISTINCT 'A' AS letter, coalesce(same.kept, authorships.author) AS member, authorships.work
  FROM authorships
  LEFT JOIN same ON same.author = authorships.author
  WHERE coalesce(same.kept, authorships.author) IN (SELECT member FROM wanted WHERE letter = 'A')
  UNION ALL
  SELECT DISTINCT 'I' AS letter, institution AS member, work
  FROM authorships
  WHERE institution IN (SELECT member FROM wanted WHERE letter = 'I')
),
counted AS (
  SELECT written.letter, written.member, written.work, works.year
  FROM written
  JOIN works_in_scope AS works ON works.work = written.work
  WHERE works.source = $source AND coalesce(works.authors, 0) <= $crowd AND works.year BETWEEN $first AND $last
)
SELECT pairs.pair, one.year, count(*) AS works
FROM pairs
JOIN counted AS one ON one.letter = pairs.letter AND one.member = pairs.a
JOIN counted AS other ON other.letter = pairs.letter AND other.member = pairs.b AND other.work = one.work
GROUP BY pairs.pair, one.year
ORDER BY pairs.pair, one.year
