"""Base class of the models that workflows, activities and processes exchange."""

from pydantic import BaseModel, ConfigDict


class FrozenModel(BaseModel):
    """A pydantic model whose instances cannot be changed; a change is a copy with other values."""

    model_config = ConfigDict(frozen=True)
