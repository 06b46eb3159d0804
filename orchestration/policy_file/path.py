"""Where the policy file is."""

from pathlib import Path

from orchestration.settings import PolicySettings, load


def policy_path() -> Path:
    """Return the setting APPROVAL_POLICY_FILE. Raises SettingsWrong."""
    return load(PolicySettings).approval_policy_file
