"""YAML that holds plain data only. Imported where a policy is written or read as such: few do, and a start is sooner without it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

from service.conditions import InvalidPolicy


class _Loader(yaml.SafeLoader):
    """Plain data only: no aliases, which can blow a small file up, no key twice, and words such as on and no are words."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases are not taken", self.get_mark())
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        for place, (key, _) in enumerate(node.value):
            if key.value in keys[:place]:
                raise yaml.constructor.ConstructorError(None, None, "a key stands twice", key.start_mark)
        return super().construct_mapping(node, deep)


_WORDS = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge"}
_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in found if tag not in _WORDS or (tag.endswith("bool") and sign in "tfTF")]
    for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def dump(parts: dict[str, Any]) -> str:
    """Write plain data, in the order in which it stands."""
    return yaml.safe_dump(parts, allow_unicode=True, sort_keys=False, width=1000)


def load(text: str) -> Any:  # noqa: ANN401 # whatever was written
    """Read plain data. Raises InvalidPolicy."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 # a safe loader with less
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise InvalidPolicy(f"line {line}", f"is no YAML: {error.problem or 'it ends too soon'}.") from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise InvalidPolicy("file", "is no YAML.") from None
