-- applicants of inventions, each with its part of the family; a family without known applicants has none
CREATE VIEW party AS
SELECT family, name, country, 1.0 / count(*) OVER (PARTITION BY family, role) AS part, role
FROM family_party
SEMI JOIN family USING (family)
