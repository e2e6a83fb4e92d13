from django.apps import AppConfig


class CooperationConfig(AppConfig):
    name = "udsyn.desk.rooms.cooperation"
    label = "cooperation"
