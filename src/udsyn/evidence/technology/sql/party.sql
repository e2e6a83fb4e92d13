-- applicants and inventors of inventions, each with its part of the family; a family without known ones has none
SELECT family, name, country, city, latitude, longitude, 1e0 / count(*) OVER (PARTITION BY family, role) AS part, role
FROM family_party
SEMI JOIN family USING (family)
