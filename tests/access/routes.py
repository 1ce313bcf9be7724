"""Route × who asks → what GET answers, about a running program that tariq leads, tove assists, sana attends.

olu teaches elsewhere; finn attended once. 404 is what one may not know of; 405 is a POST's address that would
be answered; 302 of the anonymous is the way to sign-in. A new route is a new line: look at each number.
"""

from __future__ import annotations

WHO = ("anonymous", "ada", "tariq", "tove", "olu", "sana", "finn")

# fmt: off
ROUTES: dict[str, tuple[int, ...]] = {
    "today:home": (302, 200, 200, 200, 200, 200, 200),
    "today:find": (302, 200, 200, 200, 200, 200, 200),
    "today:help": (302, 200, 200, 200, 200, 200, 200),
    "ops:live": (200, 200, 200, 200, 200, 200, 200),
    "ops:ready": (200, 200, 200, 200, 200, 200, 200),
    "ops:metrics": (200, 200, 200, 200, 200, 200, 200),
    "ops:work": (302, 200, 404, 404, 404, 404, 404),
    "ops:retry_job": (302, 405, 404, 404, 404, 404, 404),
    "ui:components": (404, 200, 404, 404, 404, 404, 404),
    "accounts:invitation": (410, 410, 410, 410, 410, 410, 410),
    "accounts:settings": (302, 200, 200, 200, 200, 200, 200),
    "accounts:zone": (302, 405, 405, 405, 405, 405, 405),
    "accounts:theme": (302, 405, 405, 405, 405, 405, 405),
    "accounts:language": (405, 405, 405, 405, 405, 405, 405),
    "accounts:people": (302, 200, 404, 404, 404, 404, 404),
    "accounts:invite": (302, 200, 404, 404, 404, 404, 404),
    "accounts:person": (302, 200, 404, 404, 404, 404, 404),
    "accounts:correction": (302, 200, 404, 404, 404, 404, 404),
    "accounts:closing": (302, 200, 404, 404, 404, 404, 404),
    "accounts:reopening": (302, 405, 404, 404, 404, 404, 404),
    "accounts:resend": (302, 405, 404, 404, 404, 404, 404),
    "accounts:withdrawal": (302, 405, 404, 404, 404, 404, 404),
    "notifications:list": (302, 200, 200, 200, 200, 200, 200),
    "notifications:read_all": (302, 405, 405, 405, 405, 405, 405),
    "notifications:read": (302, 405, 405, 405, 405, 405, 405),
    "notifications:mails": (302, 200, 200, 200, 200, 200, 200),
    "notifications:unsubscribe": (404, 404, 404, 404, 404, 404, 404),
    "notifications:failed": (302, 200, 404, 404, 404, 404, 404),
    "notifications:retry": (302, 405, 404, 404, 404, 404, 404),
    "notifications:demo_mails": (404, 404, 404, 404, 404, 404, 404),
    "notifications:demo_mail": (404, 404, 404, 404, 404, 404, 404),
    "zoom:connect": (302, 404, 200, 200, 200, 404, 404),
    "zoom:start": (302, 404, 405, 405, 405, 404, 404),
    "zoom:callback": (302, 404, 422, 422, 422, 404, 404),
    "zoom:confirmation": (302, 404, 405, 405, 405, 404, 404),
    "zoom:check": (302, 404, 405, 405, 405, 404, 404),
    "zoom:disconnection": (302, 404, 200, 302, 302, 404, 404),
    "zoom:setup": (302, 200, 404, 404, 404, 404, 404),
    "zoom:operations": (302, 200, 404, 404, 404, 404, 404),
    "zoom:operation": (302, 405, 404, 404, 404, 404, 404),
    "programs:list": (302, 200, 200, 200, 200, 200, 200),
    "programs:create": (302, 200, 404, 404, 404, 404, 404),
    "programs:profile": (302, 200, 200, 404, 404, 404, 404),
    "programs:page": (302, 200, 200, 200, 404, 200, 404),
    "programs:edit": (302, 200, 404, 404, 404, 404, 404),
    "programs:rules": (302, 200, 404, 404, 404, 404, 404),
    "programs:opening": (302, 405, 404, 404, 404, 404, 404),
    "programs:archive": (302, 200, 404, 404, 404, 404, 404),
    "programs:restoration": (302, 405, 404, 404, 404, 404, 404),
    "programs:assign": (302, 200, 404, 404, 404, 404, 404),
    "programs:assignment": (302, 200, 404, 404, 404, 404, 404),
    "programs:end_teacher": (302, 200, 404, 404, 404, 404, 404),
    "programs:enrol": (302, 200, 404, 404, 404, 404, 404),
    "programs:enrol_known": (302, 405, 404, 404, 404, 404, 404),
    "programs:end_student": (302, 200, 404, 404, 404, 404, 404),
    "programs:import": (302, 200, 404, 404, 404, 404, 404),
    "programs:import_run": (302, 200, 404, 404, 404, 404, 404),
    "programs:import_confirmation": (302, 405, 404, 404, 404, 404, 404),
    "programs:import_lines": (302, 200, 404, 404, 404, 404, 404),
    "programs:add_material": (302, 200, 404, 404, 404, 404, 404),
    "programs:material_file": (302, 404, 404, 404, 404, 404, 404),
    "programs:remove_material": (302, 405, 404, 404, 404, 404, 404),
    "programs:bring_back_material": (302, 405, 404, 404, 404, 404, 404),
    "programs:place_material": (302, 405, 404, 404, 404, 404, 404),
    "programs:add_resource": (302, 200, 404, 404, 404, 404, 404),
    "events:webhook": (405, 405, 405, 405, 405, 405, 405),
    "events:list": (302, 200, 404, 404, 404, 404, 404),
    "events:retry": (302, 405, 404, 404, 404, 404, 404),
    "classes:create": (302, 200, 200, 200, 200, 404, 404),
    "classes:preview": (302, 405, 405, 405, 405, 404, 404),
    "classes:list": (302, 200, 200, 200, 200, 404, 404),
    "classes:upcoming": (302, 404, 404, 404, 404, 200, 200),
    "classes:detail": (302, 200, 200, 200, 404, 200, 404),
    "classes:start": (302, 404, 405, 404, 404, 404, 404),
    "classes:change": (302, 200, 200, 404, 404, 404, 404),
    "classes:change_preview": (302, 405, 405, 404, 404, 404, 404),
    "classes:cancellation": (302, 200, 200, 404, 404, 404, 404),
    "classes:undo": (302, 405, 405, 405, 404, 405, 404),
    "classes:difference": (302, 405, 405, 404, 404, 404, 404),
    "classes:booking": (302, 405, 405, 404, 404, 404, 404),
    "door:door": (302, 200, 200, 200, 404, 200, 404),
    "door:join": (302, 405, 405, 405, 405, 405, 405),
    # asks an admin for her password first
    "accounts:admin_right": (302, 302, 404, 404, 404, 404, 404),
    # puts the link's token away from the address
    "accounts:invited": (302, 302, 302, 302, 302, 302, 302),
    "door:None": (302, 200, 200, 200, 404, 200, 404),
}
# fmt: on

# Addresses to which anybody signed in may post: each about the person herself.
OWN = frozenset(
    {
        "accounts:settings",
        "accounts:zone",
        "accounts:theme",
        "accounts:language",
        "notifications:read_all",
        "notifications:read",
        "notifications:mails",
    }
)
