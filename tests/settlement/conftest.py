from tests.settlement.api.standing import standing_world, world

__all__ = ["standing_world", "world"]
