"""The inbox's pages in a large archive against the same pages in a small one: aim <= 1.3, on SQLite and on PostgreSQL.

    python bench/inbox.py                                       SQLite, 2,000 and 200,000 conversations
    python bench/inbox.py --postgresql postgresql://u:p@h/db    PostgreSQL; makes and drops two databases of its own
    python bench/inbox.py --plans                               also prints how the large database answers each query

Each size is a database and a process of its own, seeded by SQL: five messages a conversation, two of a hundred waiting.
A page is asked for through Django's whole stack (no network) by a member who is signed in; sizes take turns, so that
whatever else the machine does meets both.
"""
# ruff: noqa: PLC0415, ISC004, E501 - Django is loaded in the children only; SQL is in pieces, and long.

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SMALL, LARGE = 2_000, 200_000
AIM = 1.3
PAGES = {
    "list, who waits": "/inbox/?view=waiting",
    "list, mine": "/inbox/",
    "list, done": "/inbox/?view=done",
    "list, done, deep": "/inbox/?view=done&after={cursor}",
    "conversation": "/inbox/{conversation}/?view=waiting",
    "found by code": "/inbox/?q={code}",
    "found by name": "/inbox/?q=Person+77+",
}


def main() -> int:
    """Seed both sizes, measure, and say whether the aim is met."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--postgresql", help="address of a server on which databases may be made")
    parser.add_argument("--large", type=int, default=LARGE)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, plans=options.plans)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        found = compare(options, Path(folder))
    worst = max(each["ratio"] for each in found.values())
    if options.json:
        print(json.dumps({"pages": found, "worst": worst, "aim": AIM}))
    else:
        for name, each in found.items():
            print(f"{name:20} {each['small']:7.1f} ms  {each['large']:7.1f} ms  x {each['ratio']:.2f}")
        print(f"worst ratio {worst:.2f}, aim {AIM}")
    return 0 if worst <= AIM else 1


def compare(options: argparse.Namespace, folder: Path) -> dict[str, dict[str, float]]:
    """Let the two processes take turns; the median of each page in milliseconds, and their ratio."""
    children = {}
    for name, size in (("small", SMALL), ("large", options.large)):
        environment = {**os.environ, "KLANKBORD_DIR": str(folder / name), "KLANKBORD_LOG_LEVEL": "ERROR"}
        if options.postgresql:
            environment["KLANKBORD_DATABASE"] = make_database(options.postgresql, f"bench_inbox_{name}")
        arguments = [sys.executable, __file__, "--serve", str(size), *(["--plans"] if options.plans else [])]
        children[name] = subprocess.Popen(
            arguments, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    times: dict[tuple[str, str], list[float]] = {}
    for _round in range(options.rounds):
        for page in PAGES:
            for name, child in children.items():
                assert child.stdin
                assert child.stdout
                child.stdin.write(page + "\n")
                child.stdin.flush()
                answer = child.stdout.readline()
                while answer.startswith("#"):
                    print(name, answer, end="")
                    answer = child.stdout.readline()
                times.setdefault((page, name), []).append(float(answer))
    for name, child in children.items():
        child.communicate()
        if options.postgresql:
            drop_database(options.postgresql, f"bench_inbox_{name}")
    medians = {key: statistics.median(values) * 1000 for key, values in times.items()}
    return {
        page: {
            "small": medians[page, "small"],
            "large": medians[page, "large"],
            "ratio": medians[page, "large"] / medians[page, "small"],
        }
        for page in PAGES
    }


def make_database(server: str, name: str) -> str:
    """An empty database on `server`; returns its address."""
    import psycopg

    drop_database(server, name)
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}"')
    return server.rsplit("/", 1)[0] + f"/{name}"


def drop_database(server: str, name: str) -> None:
    """Remove it if it is there."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as link:
        link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def serve(size: int, *, plans: bool) -> None:
    """In a child: seed, sign in, and answer each page name on standard input with the seconds that it took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    paths, client = seed(size)
    for path in paths.values():  # warm: templates, plans, pages of the database
        assert client.get(path).status_code == 200, path
    if plans:
        show_plans(client, paths)
    for line in sys.stdin:
        path = paths[line.strip()]
        began = time.perf_counter()
        client.get(path)
        print(time.perf_counter() - began, flush=True)


def seed(size: int) -> tuple[dict[str, str], Any]:
    """Fill the database and sign in; returns the addresses to ask for and the signed-in client."""
    from datetime import time as clock_time

    from django.db import connection
    from django.test import Client

    from klankbord.channels.models import Channel
    from klankbord.conversations.codes import new_code
    from klankbord.conversations.models import Conversation
    from klankbord.inbox.lists import cursor_of
    from klankbord.people.models import Membership, OpeningSpan, Organisation, Role, Team, User

    house = Organisation.objects.create(name="Bench", host="bench.localhost")
    OpeningSpan.objects.bulk_create(
        OpeningSpan(organisation=house, weekday=day, opens=clock_time(9), closes=clock_time(20)) for day in range(6)
    )
    Channel.objects.bulk_create(
        Channel(organisation=house, kind="email", name=f"Post {number}", address=f"p{number}@example.org")
        for number in range(3)
    )
    Team.objects.bulk_create(Team(organisation=house, name=f"Team {number}") for number in range(3))
    users = [User.objects.create(email=f"u{number}@example.org", name=f"Member {number}") for number in range(5)]
    Membership.objects.bulk_create(Membership(organisation=house, user=user, role=Role.ADMINISTRATOR) for user in users)
    with connection.cursor() as cursor:
        for statement in statements(house.pk, size, postgresql=connection.vendor == "postgresql"):
            cursor.execute(with_defaults(statement))
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM")
    rows = Conversation.objects.of(house)
    waiting = rows.awaiting_answer()[3]
    # A code with its check digit, as real ones have; those of the series have none.
    waiting.code = next(code for code in iter(new_code, "") if not rows.filter(code=code).exists())
    waiting.save()
    deep = rows.done()[size // 2]
    client = Client(HTTP_HOST="bench.localhost")
    client.force_login(users[0], backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/inbox/")
    words = {
        "conversation": waiting.pk,
        "code": waiting.code,
        "cursor": cursor_of(deep.last_message_at, deep.pk),
    }
    return {name: path.format(**words) for name, path in PAGES.items()}, client


def with_defaults(statement: str) -> str:
    """The same INSERT ... SELECT with what the models give to columns that it does not name."""
    from django.apps import apps

    found = re.fullmatch(r"INSERT INTO (\w+) \((.*?)\) (.*) FROM n(.*)", statement, re.DOTALL)
    assert found is not None
    table, named, body, end = found.groups()
    model = next(each for each in apps.get_models() if each._meta.db_table == table)
    rest: dict[str, str] = {}
    for field in model._meta.concrete_fields:
        if not (field.primary_key or field.null or field.column in named.split(", ")):
            default = field.get_default()
            rest[field.column] = f"'{default}'" if isinstance(default, str) else str(default).lower()
    columns, values = (", ".join(["", *each]) for each in (rest, rest.values()))
    return f"INSERT INTO {table} ({named}{columns}) {body}{values} FROM n{end}"


def statements(house: int, size: int, *, postgresql: bool) -> list[str]:
    """The SQL that makes the archive, each as one INSERT ... SELECT over a series of numbers."""

    def ago(minutes: str) -> str:
        if postgresql:
            return f"(now() - ({minutes}) * interval '1 minute')"
        return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || ({minutes}) || ' minutes') || '000')"

    def numbers(most: int) -> str:
        return f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {most})"

    def json_value(text: str) -> str:
        return f"CAST('{text}' AS jsonb)" if postgresql else f"'{text}'"

    def pick(table: str, by: str) -> str:
        return f"(SELECT min(id) FROM {table}) + ({by})"

    persons = max(size // 2, 1)
    wait = "n.i % 50 = 7"
    state = (
        f"CASE WHEN {wait} THEN 'open' WHEN n.i % 10 = 3 THEN 'answered' WHEN n.i % 33 = 5 THEN 'spam' ELSE 'done' END"
    )
    words = "'" + "I have been looking for my book, and nobody could tell me where it is. " * 5 + "'"
    five = f"{size * 5}"
    return [
        f"INSERT INTO people_person (organisation_id, name, language, preference, created_at) {numbers(persons)} "
        f"SELECT {house}, 'Person ' || i || ' of Bench', 'nl', '', {ago('i')} FROM n",
        f"INSERT INTO people_address (organisation_id, person_id, kind, value, shown, bounce_reason, created_at) "
        f"{numbers(persons)} SELECT {house}, {pick('people_person', 'i')}, 'email', 'person' || i || '@example.org', "
        f"'person' || i || '@example.org', '', {ago('i')} FROM n",
        f"INSERT INTO conversations_conversation (organisation_id, code, person_id, channel_id, kind, subject, state, "
        f"assignee_id, team_id, created_at, last_message_at, waiting_since, due_at, promise_minutes) {numbers(size)} "
        f"SELECT {house}, CAST(100000 + i AS varchar(6)), {pick('people_person', f'i % {persons}')}, "
        f"{pick('channels_channel', 'i % 3')}, '', 'Where is book ' || i || '?', {state}, "
        f"CASE WHEN i % 3 = 0 THEN NULL ELSE {pick('people_membership', 'i % 5')} END, "
        f"CASE WHEN i % 4 = 0 THEN {pick('people_team', 'i % 3')} ELSE NULL END, {ago('i + 60')}, {ago('i')}, "
        f"CASE WHEN {wait} THEN {ago('i')} ELSE NULL END, CASE WHEN {wait} THEN {ago('i - 660')} ELSE NULL END, 660 FROM n",
        f"INSERT INTO channels_dispatch (organisation_id, channel_id, purpose, message_id, recipient, is_automatic, "
        f"message, created_at, state, attempts, due_at, leased_by, last_error) {numbers(size)} SELECT {house}, "
        f"{pick('channels_channel', 'i % 3')}, 'reply', 'm' || i || '@example.org', 'person@example.org', false, "
        f"{json_value('{}')}, {ago('i')}, 'done', 1, {ago('i')}, '', '' FROM n",
        f"INSERT INTO conversations_message (organisation_id, conversation_id, direction, channel_id, external_id, digest, "
        f"person_id, membership_id, text, quoted, signature, has_html, automatic, marks, dispatch_id, said_at) "
        f"{numbers(size * 5)} SELECT {house}, {pick('conversations_conversation', 'i / 5')}, "
        f"CASE WHEN i % 5 = 1 THEN 'outbound' WHEN i % 5 = 3 THEN 'note' ELSE 'inbound' END, "
        f"{pick('channels_channel', 'i / 5 % 3')}, 'x' || i || '@example.org', '', "
        f"CASE WHEN i % 5 IN (1, 3) THEN NULL ELSE {pick('people_person', f'i / 5 % {persons}')} END, "
        f"CASE WHEN i % 5 IN (1, 3) THEN {pick('people_membership', 'i % 5')} ELSE NULL END, {words} || i, '', '', false, '', "
        f"{json_value('[]')}, CASE WHEN i % 5 = 1 THEN {pick('channels_dispatch', 'i / 5')} ELSE NULL END, "
        f"{ago('i / 5 + 4 - i % 5')} FROM n WHERE i < {five}",
        f"INSERT INTO conversations_promise (organisation_id, conversation_id, began_at, due_at, answered_at) {numbers(size)} "
        f"SELECT {house}, {pick('conversations_conversation', 'i')}, {ago('i + 60')}, {ago('i - 600')}, "
        f"CASE WHEN {wait} THEN NULL ELSE {ago('i')} END FROM n",
    ]


def show_plans(client: Any, paths: dict[str, str]) -> None:
    """Print how the database answers each query of each page, as comment lines."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    for name, path in paths.items():
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        print(f"# == {name}: {len(seen)} queries")
        for query in seen:
            print(f"# {float(query['time']) * 1000:.1f} ms {' '.join(query['sql'].split())[:160]}")
            if query["sql"].startswith(("SELECT", "WITH", "\nWITH")):
                with connection.cursor() as cursor:
                    cursor.execute(explain + query["sql"].replace("%", "%%"))
                    for row in cursor.fetchall():
                        print("#     ", row[-1])


if __name__ == "__main__":
    raise SystemExit(main())
