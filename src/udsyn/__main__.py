"""`python -m udsyn`, and what `spark-submit` runs."""

from udsyn.cli import main

main()
