from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "udsyn.desk.rooms.dossiers"
    label = "dossiers"
