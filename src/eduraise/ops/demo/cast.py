"""Who is in the demo's school, and what it teaches when: (weekday, hour, minutes) in Madrid's time."""

from __future__ import annotations

type Slot = tuple[int, int, int]

TEACHERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Ana Ferreira", ("Maths", "Physics")),
    ("Ben Okafor", ("Physics",)),
    ("مريم الحدّاد", ("Arabic",)),
    ("Maximiliana Featherstonehaugh-Vandenberghe", ("English",)),
    ("José Luis Ortega", ("History", "Spanish")),
    ("Nguyễn Thị Ánh", ("Biology",)),
    ("Zofia Wójcik", ("Nursing",)),
    ("Liam O’Brien", ("English",)),
    ("Priya Raman", ("Computing", "Maths")),
    ("Kofi Mensah", ("Economics",)),
    ("Elif Şahin", ("Chemistry",)),
    ("Sofía Castro", ("Art",)),
    ("Hiroshi Tanaka", ("Music",)),
    ("Chloé Dubois", ("French",)),
    ("Tomás Silva", ("Philosophy",)),
)

PROGRAMS: tuple[tuple[str, str, str, tuple[Slot, ...]], ...] = (
    ("ALG-2", "Algebra II", "Maths", ((1, 18, 90), (3, 18, 90))),
    ("PHY-B", "Physics B", "Physics", ((0, 17, 60), (2, 17, 60))),
    ("ARB-1", "Arabic for beginners", "Arabic", ((0, 19, 60), (3, 19, 60))),
    ("ESL-3", "English at work", "English", ((1, 10, 120), (4, 10, 60))),
    ("HIS-1", "History of the Mediterranean", "History", ((2, 12, 60),)),
    ("BIO-1", "Cells and systems", "Biology", ((0, 11, 90), (4, 11, 90))),
    (
        "NUR-1",
        "Foundations of Community Nursing and Primary Health Care (evening group)",
        "Nursing",
        ((1, 20, 90),),
    ),
    ("ENG-C", "Conversation", "English", ((3, 20, 60),)),
    ("CSC-1", "Programming from zero", "Computing", ((2, 18, 120),)),
    ("ECO-1", "How markets work", "Economics", ((4, 16, 60),)),
    ("CHE-1", "Chemistry in the kitchen", "Chemistry", ((0, 15, 60),)),
    ("ART-2", "Drawing people", "Art", ((5, 10, 120),)),
)

# Days from the school's first: when no program has classes
HOLIDAYS: tuple[tuple[int, int, str], ...] = (
    (40, 53, "Midterm break"),
    (75, 75, "Founders’ day"),
    (110, 118, "Spring break"),
)

SYLLABUS: dict[str, tuple[str, ...]] = {
    "ALG-2": (
        *("Linear equations, once more", "Systems of two equations", "Inequalities", "Factorising"),
        *("Quadratic equations: completing the square", "The quadratic formula", "Parabolas"),
        *("Functions and their inverses", "Exponents and roots", "Exponential growth", "Logarithms"),
        *("Sequences and series", "Counting and probability", "What comes in the exam"),
    ),
    "PHY-B": (
        *("Standing waves", "Sound", "Light as a wave", "Interference", "Lenses and mirrors"),
        *("Charge and field", "Current and resistance", "Circuits", "Magnetism", "Induction"),
    ),
}

# Of one program a topic for each hour of its timetable, so that the one class it lost shows
EXPERIMENTS = (
    "CHE-1",
    ("Salt", "Sugar", "Vinegar", "Oil and water", "Yeast", "Eggs", "Milk", "Rust", "Soap"),
)

# What is left from class to class
NOTES = (
    "We stopped at exercise 7. Exercise 8 is for the beginning of the next class.",
    "Pau and Ximena were lost at the change of signs: do one more example with them.",
    "They asked for the graph again. The drawing is in the materials.",
    "A short test is promised for the next class.",
)

GIVEN = (
    *("Nora", "Pau", "Ximena", "Marc", "Aïcha", "Jordi", "Lucía", "Omar", "Carla", "Iker"),
    *("Yara", "Hugo", "Mei", "Biel", "Inés", "Samir", "Laia", "Dmitri", "Olga", "Tariq"),
)
FAMILY = ("Castell", "Núñez", "Vidal", "Benali", "Puig", "Rossi", "Kowalski", "Haddad", "Serra", "Larsen")
