"""The rules that come with Chappe: a file each, `<rule>.toml`, and beside it `<rule>.cases.toml`, what it must find."""
