"""The world at the start: a school on Zoom's Pro plan, an account elsewhere, and the Marketplace's apps."""

from datetime import timedelta

from zoomsim.records import Account, App, User
from zoomsim.world import World

BASIC, LICENSED, UNASSIGNED = 1, 2, 4

SCHOOL = "sim-account"
ELSEWHERE = "sim-elsewhere"

USER_APP = App("sim-client", "sim-secret", "EduRaise", "user", SCHOOL)
ACCOUNT_APP = App("sim-s2s-client", "sim-s2s-secret", "EduRaise for the account", "account", SCHOOL)

_SCHOOL_PEOPLE = [
    ("admin@demo.example", "Ada", "Okafor", LICENSED),
    ("teacher@demo.example", "Tariq", "Haddad", LICENSED),
    ("teacher01@demo.example", "Amelia", "Brandt", LICENSED),
    ("teacher02@demo.example", "Bao", "Nguyen", LICENSED),
    ("teacher03@demo.example", "Carla", "Mendes", LICENSED),
    ("teacher04@demo.example", "Dmitri", "Volkov", LICENSED),
    ("teacher05@demo.example", "Esra", "Yilmaz", LICENSED),
    ("teacher06@demo.example", "Farid", "Rahimi", LICENSED),
    ("teacher07@demo.example", "Grace", "Mwangi", LICENSED),
    ("teacher08@demo.example", "Hana", "Sato", LICENSED),
    ("teacher09@demo.example", "Ivo", "Petrov", LICENSED),
    ("teacher10@demo.example", "Jun", "Park", LICENSED),
    ("teacher11@demo.example", "Kemi", "Adeyemi", LICENSED),
    ("teacher12@demo.example", "Lucas", "Moreau", LICENSED),
    ("teacher13@demo.example", "Maya", "Iyer", LICENSED),
    ("teacher14@demo.example", "Noor", "Al-Sayed", LICENSED),
    ("teacher15@demo.example", "Olga", "Nowak", LICENSED),
    ("teacher16@demo.example", "Pedro", "Rojas", LICENSED),
    ("teacher17@demo.example", "Quinn", "O’Brien", LICENSED),
    ("teacher18@demo.example", "Rania", "Khalil", LICENSED),
    ("basic@demo.example", "Basil", "Short", BASIC),
    ("unlicensed@demo.example", "Una", "Bound", UNASSIGNED),
]
_ELSEWHERE_PEOPLE = [
    ("olu@elsewhere.example", "Olu", "Balogun", BASIC),
    ("nadia@elsewhere.example", "Nadia", "Costa", BASIC),
]


def plant(world: World) -> None:
    """Fill an empty state; a state that has accounts stays as it is."""
    if world.store.accounts.count():
        return
    for app in (USER_APP, ACCOUNT_APP):
        world.store.apps.put(App(app.client_id, app.client_secret, app.name, app.kind, app.account_id))
    _plant_account(world, SCHOOL, "Pretend School", "pro", _SCHOOL_PEOPLE)
    _plant_account(world, ELSEWHERE, "Elsewhere Tutoring", "free", _ELSEWHERE_PEOPLE)


def _plant_account(
    world: World, account_id: str, name: str, plan: str, people: list[tuple[str, str, str, int]]
) -> None:
    users = [add_user(world, account_id, email, first, last, type_) for email, first, last, type_ in people]
    number = world.chance.number("account", 10_000_000, 99_999_999)
    world.store.accounts.put(Account(account_id, name, number, plan, users[0].id, "UTC"))


def add_user(
    world: World, account_id: str, email: str, first_name: str, last_name: str, type_: int, zone: str = "UTC"
) -> User:
    """A new person in an account, with an id and a personal meeting number."""
    return world.store.users.put(
        User(
            id=world.chance.urlsafe("user", 16),
            account_id=account_id,
            email=email.lower(),
            first_name=first_name,
            last_name=last_name,
            type=type_,
            pmi=world.chance.number("pmi", 2_000_000_000, 8_999_999_999),
            timezone=zone,
            created_at=world.now() - timedelta(days=400),
        )
    )
