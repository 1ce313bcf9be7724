from django.urls import path

from eduraise.ui import gallery

app_name = "ui"
urlpatterns = [
    path("components/", gallery.components, name="components"),
]
