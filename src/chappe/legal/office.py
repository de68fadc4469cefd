"""The office: who we are in every letter, where we are established, and what the room works with."""

from dataclasses import dataclass

from chappe.domain.auth_keys import Wrapper


@dataclass(frozen=True, slots=True)
class Office:
    """What the room works with, handed in by who has it.

    Shape: home is the country where we are established or represented, two capitals; links ends in a slash, and
    portal too, empty where there is none; `mails` where the server sends mail; hosts are the names of this server,
    with their ports where they have one.
    """

    wrapper: Wrapper
    links: str
    name: str
    operator_name: str = ""
    operator_address: str = ""
    operator_contact: str = ""
    authority_contact: str = ""
    home: str = ""
    portal: str = ""
    mails: bool = False
    hosts: tuple[str, ...] = ()
    keeps_s: int = 1826 * 86_400
    """How long after its end a case says whom it was about."""

    @property
    def signature(self) -> tuple[str, ...]:
        """The lines that close a letter."""
        said = (self.operator_name or self.name, self.operator_address, self.authority_contact or self.operator_contact)
        return tuple(line for line in said if line)
