from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "udsyn.desk.rooms.outcomes"
    label = "outcomes"
