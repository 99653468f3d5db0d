"""Django's registration of this package."""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "klankbord.posts"
    label = "posts"
