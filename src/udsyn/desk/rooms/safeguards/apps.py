from django.apps import AppConfig


class SafeguardsConfig(AppConfig):
    name = "udsyn.desk.rooms.safeguards"
    label = "safeguards"
