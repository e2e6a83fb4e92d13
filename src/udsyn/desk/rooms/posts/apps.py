from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "udsyn.desk.rooms.posts"
    label = "posts"
