"""What is said when a client is pointed here by its own file, in Chinese."""

from collections.abc import Mapping

CONNECT: Mapping[str, str] = {
    "connect.no_client": "这里不认识客户端“{client}”。",
    "connect.clients": "有：{names}。",
    "connect.not_connected": "{client} 的文件中没有我们的内容。",
    "connect.not_understood": "{path} 的写法无法理解（第 {line} 行），因此保持不动。",
    "connect.too_large": "{path} 作为设置文件过大，因此保持不动。",
    "connect.by_hand": "请手动写入这些行。",
    "connect.changed": "显示差异之后 {path} 又有了变化。",
    "connect.again": "请再看一次。",
    "connect.other_key": "正在运行的服务器是用另一个密钥启动的（PASSWORD、--password 等）。",
    "connect.give_key": "请为此命令把 PASSWORD 设为那个密钥。",
    "connect.demo": "这是演示：结束后它的地址就不存在了。",
    "connect.demo_instead": "要连接客户端，请启动 gcli2api-tui 本身。",
    "connect.typed": "{client} 把这些存放在其他程序不应写入的地方。",
    "connect.type_it": "请把显示的内容填进去。",
    "connect.done": "{client} 已连接。启动：{start}",
    "connect.undone": "{client} 已恢复原样。",
    "verb.connect": "连接",
    "verb.disconnect": "撤回连接",
    "verb.map_model": "映射名称",
    "alias.no_name": "“{name}”不能作为别名：为空、过长，或含有逗号或等号。",
    "alias.mapped": "从现在起 {name} 表示 {model}。",
}
