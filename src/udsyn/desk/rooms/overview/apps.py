from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "udsyn.desk.rooms.overview"
    label = "overview"
