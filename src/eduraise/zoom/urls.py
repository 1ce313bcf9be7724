"""Connecting Zoom, setting it up, and what is under way there."""

from __future__ import annotations

from django.urls import path

from eduraise.zoom.views import account, connect, guide, operations, setup

app_name = "zoom"
urlpatterns = [
    path("connect/", connect.connect, name="connect"),
    path("connect/start/", connect.start, name="start"),
    path("connect/callback/", connect.callback, name="callback"),
    path("connect/confirmation/", connect.confirmation, name="confirmation"),
    path("connect/check/", connect.check, name="check"),
    path("connect/disconnection/", connect.disconnection, name="disconnection"),
    path("setup/", setup.setup, name="setup"),
    path("setup/testing/", guide.testing, name="testing"),
    path("setup/guide/", guide.guide, name="guide"),
    path("setup/guide/<int:step>/", guide.guide_step, name="guide_step"),
    path("setup/for-zoom/<str:token>/", guide.for_zoom_admin, name="for_zoom_admin"),
    path("setup/teachers/<uuid:uid>/release/", setup.release, name="release"),
    path("account/", account.account, name="account"),
    path("account/credentials/", account.credentials_given, name="account_credentials"),
    path("account/looking/", account.looking, name="account_looking"),
    path("account/disconnection/", account.disconnection, name="account_disconnection"),
    path("account/suggestions/", account.suggestions, name="account_suggestions"),
    path("account/suggestions/<uuid:uid>/", account.suggestion, name="account_suggestion"),
    path("account/teachers/", account.link, name="account_link"),
    path("account/shared/", account.sharing, name="sharing"),
    path("account/shared/<uuid:uid>/", account.shared_host, name="shared_host"),
    path("account/shared/<uuid:uid>/end/", account.unsharing, name="unsharing"),
    path("operations/", operations.operations, name="operations"),
    path("operations/<uuid:uid>/", operations.operation, name="operation"),
    path("operations/<uuid:uid>/giving-up/", operations.giving_up, name="giving_up"),
]
