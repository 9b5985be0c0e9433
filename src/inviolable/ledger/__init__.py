"""The record: entries, hash tree, checkpoints, keys, seals, time stamps, exhibits, dossiers, verification."""
