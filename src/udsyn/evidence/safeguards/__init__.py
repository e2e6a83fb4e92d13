"""What stands against a cooperation and what does not: lists that the user loaded, judged with a reason both ways."""
