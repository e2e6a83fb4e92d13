"""`python -m udsyn`, and what `spark-submit` runs."""

from udsyn.cli import program

if __name__ == "__main__":  # a process that it starts reads this page, too
    program()
