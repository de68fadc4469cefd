"""folders.editPeerFolders. Source: api/folders"""

from collections import defaultdict

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, dialogs
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import sent_updates
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

AT_ONCE = 100


@method("folders.editPeerFolders")
async def edit_peer_folders(call: Call, q: f.folders.EditPeerFolders) -> t.TypeUpdates:
    """The dialogs are in the named folders: 0 the main list, 1 the archive.

    Source: method/folders.editPeerFolders
    Errors: FOLDER_ID_INVALID, PEER_ID_INVALID.
    """
    owner, origin = PeerId(call.user_id), call.device.auth_key_id
    wanted: defaultdict[int, list[PeerId]] = defaultdict(list)
    for one in q.folder_peers[:AT_ONCE]:
        peer = await inputs.peer(call, one.peer)
        if one.folder_id and peer == owner:
            raise Invalid("folder_id_invalid")
        wanted[one.folder_id].append(peer)

    def act(tx: Tx) -> list[Entry]:
        for peers in wanted.values():
            for peer in peers:
                access.require_read(tx, call.user_id, peer)
        made = [dialogs.move(tx, owner, peers, folder_id, origin) for folder_id, peers in wanted.items()]
        return [entry for entry in made if entry is not None]

    return await sent_updates(call, await call.write(act))
