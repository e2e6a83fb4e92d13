-- of each family the applicant with most families, whose families are alike: its team; none where no applicant is known
WITH output AS (
    SELECT name, count(DISTINCT family) AS output FROM party WHERE role = 'applicant' GROUP BY name
)
SELECT family, arg_max(name, (output, name)) AS team
FROM party JOIN output USING (name)
WHERE role = 'applicant'
GROUP BY family
