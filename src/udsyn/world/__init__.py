"""The generated demonstration world, with planted truth."""
