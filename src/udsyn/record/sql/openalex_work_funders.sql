SELECT work, short_id(f.id) AS funder, f.display_name AS name,
  list_filter(awards, lambda a: a.funder_id = f.id)[1].funder_award_id AS award
FROM (SELECT work, awards, unnest(funders) AS f FROM incoming)
WHERE f.id IS NOT NULL
