"""keys.toml, when a line of it does not hold, in Chinese."""

from collections.abc import Mapping

KEY_FILE: Mapping[str, str] = {
    "keys.unreadable": "无法读取 keys.toml，所有按键保持不变：{why}",
    "keys.unknown": "keys.toml：没有名为 {id} 的操作，最接近的是 {near}。",
    "keys.no_key": 'keys.toml：{id} 需要一个按键（例如 "X"），或一个按键列表。',
    "keys.clash": "keys.toml：{id} 保持不变，因为 {key} 在那里表示 {other}。",
}
