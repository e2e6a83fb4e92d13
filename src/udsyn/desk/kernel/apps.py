from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "udsyn.desk.kernel"
    label = "core"
