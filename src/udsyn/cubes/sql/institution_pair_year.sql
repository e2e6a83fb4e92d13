-- Joint works of two institutions of different countries per year (in a slice, one of them in its countries).
WITH joint AS (
    SELECT one.institution AS i1, other.institution AS i2, one.work
    FROM joint_institutions AS one
    JOIN joint_institutions AS other
        ON other.work = one.work AND one.institution < other.institution AND one.country <> other.country
    WHERE one.kept + other.kept >= 1
)
SELECT
    works.source,
    joint.i1,
    joint.i2,
    works.year,
    CAST(count(*) AS DOUBLE) AS works
FROM joint
JOIN scoped_works AS works ON works.work = joint.work
GROUP BY works.source, joint.i1, joint.i2, works.year
