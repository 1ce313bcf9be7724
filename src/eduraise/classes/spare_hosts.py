"""The hosts of the rooms that teachers keep, read along with classes."""

from __future__ import annotations

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from eduraise.classes.models import ClassSession
from eduraise.core.prepared import Prepared
from eduraise.programs.models import SpareRoom


def _with_spare_host(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    own = SpareRoom.objects.filter(person=OuterRef("teacher")).values("shown_host")
    added = {"spare_host": Coalesce(Subquery(own[:1]), Value(""), output_field=CharField())}
    return classes.annotate(**added)


# What a class's own teacher keeps; `spare_rooms.spare_host_of` reads it
SPARE_HOSTS = Prepared(ClassSession, _with_spare_host, reads=("teacher",))
