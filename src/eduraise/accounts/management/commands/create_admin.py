"""`eduraise create_admin ada@school.example --name "Ada"`: the first admin, or one more."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from eduraise.accounts.actions import new_admin
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.ui.letters import absolute


class Command(BaseCommand):
    """Asks for what is not given. Safe to run twice: who has joined is made an admin, others get a link."""

    help = "Invite an admin and print the link by which she sets her password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Both may be left out and are asked for then."""
        parser.add_argument("email", nargs="?", help="her e-mail address")
        parser.add_argument("--name", help="her name")

    def handle(self, *_args: Any, email: str | None, name: str | None, **_options: Any) -> None:
        """Print the link, or that she is an admin now."""
        email = email or input("E-mail: ")
        name = name or input("Name: ")
        try:
            person, path = new_admin(email=email, name=name, now=clock.now())
        except DomainError as problem:
            raise CommandError(problem.message) from None
        if path:
            self.stdout.write(
                f"{person.name} <{person.email}> is invited as an admin. This link works once, for 7 days:"
            )
            self.stdout.write(absolute(path))
        else:
            self.stdout.write(f"{person.name} <{person.email}> is an admin.")
