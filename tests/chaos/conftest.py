"""Homes to break: one is settled, every test breaks copies of it."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from urllib.parse import urlsplit

import pytest
from tests.chaos.lives import Home


class Databases:
    """On PostgreSQL each home has a database of its own, copied from the settled home's; on SQLite there is nothing."""

    def __init__(self) -> None:
        self.server, self.made = os.environ.get("INVIOLABLE_DATABASE", ""), list[str]()

    def make(self, *template: str) -> str:
        """The address of a new one."""
        if not self.server:
            return ""
        name = f"inviolable_chaos_{os.getpid()}_{len(self.made)}"
        self._execute(f'CREATE DATABASE "{name}"' + "".join(f' TEMPLATE "{one}"' for one in template))
        self.made.append(name)
        return urlsplit(self.server)._replace(path=f"/{name}").geturl()

    def drop(self) -> None:
        """All of them."""
        for name in self.made:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _execute(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    databases = Databases()
    yield databases
    databases.drop()


@pytest.fixture(scope="session")
def settled(tmp_path_factory, databases) -> Home:
    """A home with its tables and two recipients, in which nothing happened yet."""
    home = Home(tmp_path_factory.mktemp("settled"), databases.make())
    with home.life() as life:
        life.look()
        life.end()
    return home


@pytest.fixture
def new_home(settled, databases, tmp_path) -> Callable[..., Home]:
    """Gives a fresh home each time it is called."""
    numbers = count()

    def make(clock: str = "right") -> Home:
        return settled.copy(tmp_path / str(next(numbers)), databases.make(*databases.made[:1]), clock)

    return make
