-- Authors with the countries that their affiliations as printed name, and whether one of those is known of them.
WITH read AS (
  SELECT raw.work, raw.seq, raw.text, named.country
  FROM raw_affiliations AS raw
  JOIN endings USING (text)
  LEFT JOIN named_countries AS named USING (ending)
),
known AS (
  SELECT DISTINCT work, seq, country FROM authorships WHERE country IS NOT NULL
)
SELECT
  read.work,
  read.seq,
  min(read.text) AS text,
  min(read.country) AS country,
  bool_or(known.country IS NOT NULL) AS agrees
FROM read
LEFT JOIN known ON known.work = read.work AND known.seq = read.seq AND known.country = read.country
GROUP BY read.work, read.seq
