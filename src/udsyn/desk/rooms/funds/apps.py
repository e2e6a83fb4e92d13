from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "udsyn.desk.rooms.funds"
    label = "funds"
