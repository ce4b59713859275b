"""Settings while a server runs, in Chinese."""

from collections.abc import Mapping

OPTIONS: Mapping[str, str] = {
    "setting.typed": "输入的内容",
    "setting.ours": "{name} 由程序自己设置。",
    "setting.held_flag": "{name} 由命令行参数给出：写入 config.toml 不会生效。",
    "setting.change_flag": "请不带该参数启动，或换一个值。",
    "setting.held": "{name} 由环境变量 {variable} 决定：写入 config.toml 不会生效。",
    "setting.change_there": "请在设置 {variable} 的地方修改，然后重启。",
    "setting.empty": "（无）",
    "setting.now": "{name}：{was} 已改为 {now}。",
    "setting.later": "{name}：{was} 重启后改为 {now}。",
    "setting.undone": "{name} 已恢复为 {now}。",
    "setting.nothing_to_undo": "没有可撤销的更改。",
    "verb.set_setting": "设置",
    "verb.undo_setting": "撤销设置",
}
