from django.apps import AppConfig


class AidConfig(AppConfig):
    name = "udsyn.desk.rooms.aid"
    label = "aid"
