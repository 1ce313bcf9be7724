"""Classes: the lists, the form, one class and what is done to it."""

from __future__ import annotations

from django.urls import path

from eduraise.classes.views import (
    doing,
    elsewhere,
    links,
    lists,
    on_holiday,
    one,
    planning,
    progress,
    several,
)

app_name = "classes"
urlpatterns = [
    path("zoom/create-meeting/", planning.create, name="create"),
    path("zoom/create-meeting/preview/", planning.preview, name="preview"),
    path("zoom/meetings/", lists.classes, name="list"),
    path("progress/", progress.progress, name="progress"),
    path("zoom/upcoming-meetings/", lists.upcoming, name="upcoming"),
    path("classes/holidays/<uuid:uid>/", on_holiday.on_holiday, name="on_holiday"),
    path("classes/several/time/", several.move, name="move_several"),
    path("classes/several/time/preview/", several.move_preview, name="move_several_preview"),
    path("classes/several/cancellation/", several.cancellation, name="cancel_several"),
    path("classes/several/restoration/", several.restoration, name="restore_several"),
    path("classes/several/changes/<uuid:uid>/undo/", several.undo, name="undo_several"),
    path("classes/<str:code>/", one.detail, name="detail"),
    path("classes/<str:code>/start/", one.start_class, name="start"),
    path("classes/<str:code>/change/", doing.change, name="change"),
    path("classes/<str:code>/change/preview/", doing.change_preview, name="change_preview"),
    path("classes/<str:code>/teacher/", doing.teacher, name="teacher"),
    path("classes/<str:code>/cancellation/", doing.cancellation, name="cancellation"),
    path("classes/<str:code>/changes/<int:version>/undo/", doing.undo, name="undo"),
    path("classes/<str:code>/difference/", doing.difference, name="difference"),
    path("classes/<str:code>/booking/", doing.booking, name="booking"),
    path("classes/<str:code>/personal-links/", links.personal_links, name="personal_links"),
    path("classes/<str:code>/personal-links/<uuid:student>/renewal/", links.renewal, name="renew_link"),
    path("classes/<str:code>/other-link/", elsewhere.other_link, name="other_link"),
    path("classes/<str:code>/other-link/end/", elsewhere.other_link_end, name="other_link_end"),
    path("classes/<str:code>/spare-room/", elsewhere.to_spare_room, name="to_spare_room"),
    path("classes/<str:code>/spare-room/undo/", elsewhere.undo_spare_room, name="undo_spare_room"),
    path("settings/spare-room/", elsewhere.spare_room, name="spare_room"),
]
