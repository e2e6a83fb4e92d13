from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "udsyn.desk.rooms.service"
    label = "service"
