-- names of registers that share one of the two rarest words of an applicant's name, in its country: a block to judge
WITH words AS (
    SELECT scheme, id, said, country, unnest(list_distinct(spoken(said))) AS word FROM listed
),
asked AS (SELECT name, country, unnest(list_distinct(spoken(name))) AS word FROM applicants),
spread AS (SELECT word, country, count(*) AS names FROM words SEMI JOIN asked USING (word, country) GROUP BY word, country),
rare AS (
    SELECT name, country, word FROM asked JOIN spread USING (word, country)
    QUALIFY row_number() OVER (PARTITION BY name, country ORDER BY names, word) <= 2
)
SELECT DISTINCT rare.name, rare.country, scheme, id, said FROM rare JOIN words USING (word, country)
ORDER BY ALL
