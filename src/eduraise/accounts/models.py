"""People and the invitations by which they come. Teacher and student are not stored: they follow from
assignments and enrolments."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eduraise.core.codes import new_uid


def email_key(address: str) -> str:
    """The form in which two addresses are compared: NFKC, casefolded, no blanks around it."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def name_key(name: str) -> str:
    """The form by which names are searched and sorted: casefolded, no accents ("Öz" is found by "oz")."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip().casefold()


class UserManager(BaseUserManager["User"]):
    """Makes people."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new person; without a password she can sign in only after setting one by invitation."""
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new admin, as `createsuperuser` asks for."""
        return self.create_user(email, password, is_admin=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this address, however it is written."""
        return self.get(email_key=email_key(username or ""))


class User(AbstractBaseUser):
    """A person. Never deleted: closed, or pseudonymised."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    email_key = models.CharField(max_length=300, unique=True, editable=False)
    name = models.CharField(max_length=150)
    name_key = models.CharField(max_length=300, editable=False)
    zone = models.CharField(max_length=64, default="UTC")
    zone_asked_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, default="en")
    theme = models.CharField(max_length=5, blank=True, choices=Theme, default=Theme.SYSTEM)
    is_admin = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=100, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        indexes = [
            models.Index(fields=["name_key"], name="user_name"),
            models.Index(fields=["is_admin"], condition=Q(is_admin=True), name="user_admins"),
            models.Index(fields=["is_active"], condition=Q(is_active=False), name="user_inactive"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the keys by which people are told apart and found."""
        self.email_key, self.name_key = email_key(self.email), name_key(self.name)[:300]
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {
                *fields,
                *(f"{field}_key" for field in ("email", "name") if field in fields),
            }
        super().save(*args, **kwargs)

    @property
    def is_invited(self) -> bool:
        """Has not taken up her account yet."""
        return self.joined_at is None


class Role(models.TextChoices):
    """What somebody is invited as. What a teacher or student may do follows from elsewhere."""

    ADMIN = "admin", _("Admin")
    TEACHER = "teacher", _("Teacher")
    STUDENT = "student", _("Student")


class Invitation(models.Model):
    """One way in for a person who has not signed in yet. Only the token's hash is kept."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    email_key = models.CharField(max_length=300)
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10, choices=Role)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.person}"
