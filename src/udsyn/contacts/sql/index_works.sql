-- Works that count for contacts, each once, numbered from 0 in the order of their ids.
CREATE TEMP TABLE indexed_works AS
SELECT row_number() OVER (ORDER BY work) - 1 AS w, work, year, authors, title, topic, subfield, field
FROM (
    SELECT work, max(year) AS year, max(authors) AS authors, min(title) AS title, min(topic) AS topic,
           min(subfield) AS subfield, min(field) AS field
    FROM works
    WHERE NOT coalesce(is_retracted, false) AND NOT coalesce(is_paratext, false)
      AND year IS NOT NULL AND year <= $until
    GROUP BY work
)
