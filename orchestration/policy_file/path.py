"""The path of the policy file, from the settings."""

from pathlib import Path

from orchestration.settings import PolicySettings, load


def policy_path() -> Path:
    """Return the setting APPROVAL_POLICY_FILE. Raises SettingsWrong."""
    return load(PolicySettings).approval_policy_file
