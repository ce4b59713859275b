"""Where credential files usually lie on this device. In: the home. Out: those that are there; the disk may be slow."""

from pathlib import Path


def found_files(home: Path) -> list[Path]:
    """Gemini CLI's own folder, and a phone's downloads."""
    usual = [home / ".gemini" / "oauth_creds.json"]
    downloads = home / "storage" / "downloads"
    more = sorted(downloads.glob("*.json"))[:5] if downloads.is_dir() else []
    return [path for path in (*usual, *more) if path.is_file()]
