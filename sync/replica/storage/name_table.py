"""What people and groups are called, as the scope says: the rows of the table `called`. Read through `names`."""

from __future__ import annotations

from sync.replica.storage.connect import Connection


def write_names(connection: Connection, people: dict[str, str], groups: dict[str, str]) -> None:
    """What people and groups are called from now on; no others have names."""
    connection.execute("DELETE FROM called")
    connection.executemany("INSERT INTO called VALUES (?, ?)", sorted(names_of(people, groups).items()))


def names_of(people: dict[str, str], groups: dict[str, str]) -> dict[str, str]:
    """The rows of `called`."""
    families = (("person", people), ("group", groups))
    return {f"{sort}:{id_}": name for sort, names in families for id_, name in names.items()}
