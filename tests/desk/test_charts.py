"""Small pictures of numbers: where their marks stand follows from the numbers."""

from udsyn.desk.tools.charts import sparkline


def test_a_line_rises_with_its_values_and_ends_in_a_point():
    drawn = sparkline("Joint <works>", (0, 5, 10))
    assert 'points="4.0,22.0 60.0,13.0 116.0,4.0"' in drawn
    assert 'cx="116.0" cy="4.0"' in drawn
    assert 'aria-label="Joint &lt;works&gt;"' in drawn


def test_of_nothing_but_zeros_the_line_is_flat_and_of_one_value_there_is_none():
    assert 'points="4.0,22.0 116.0,22.0"' in sparkline("Joint works", (0, 0))
    assert sparkline("Joint works", (7,)) == ""
