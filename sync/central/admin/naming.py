"""How the office means a unit, a group or a person: by id, or by a name that only one of them bears."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from sync.central.service.refusals import Refusal
from sync.console.full_width import as_meant, folded

_SHOWN = 5  # ids a refusal lists


def one_named(
    what: str, text: str, named: Mapping[str, str], former: Mapping[str, Collection[str]] = MappingProxyType({})
) -> str:
    """The id that is `text`, or whose name is; `what` is `unit`, `group` or `person`, `named` holds id -> name.

    Where nothing is called that, what was called so before (`former`) is meant. Raises `Refusal` where nothing was,
    and names the ids where several are.
    """
    if (meant := as_meant(text)) in named:
        return meant
    fitting = [id_ for id_, name in named.items() if name == text]
    if not fitting:
        fitting = [id_ for id_, name in named.items() if folded(name) == folded(text)]
    if not fitting:
        fitting = [id_ for id_, names in former.items() if folded(text) in map(folded, names)]
    if not fitting:
        raise Refusal("not_found", f"refused.no_{what}", name=text)
    if len(fitting) > 1:
        ids = ", ".join([*fitting[:_SHOWN], *(["..."] if len(fitting) > _SHOWN else [])])
        raise Refusal("not_found", f"refused.several_{what}", name=text, count=len(fitting), ids=ids)
    return fitting[0]


def refuse_taken(what: str, name: str, named: Mapping[str, str]) -> None:
    """Raises `Refusal` for the name of a new group or person that another bears: neither could be meant by it."""
    said = " ".join(name.split())
    for id_, its_name in named.items():
        if its_name == said:
            raise Refusal("bad_request", f"refused.taken_{what}", name=said, id=id_)
