from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "eduraise.accounts"
    label = "accounts"
