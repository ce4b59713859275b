"""The same in Chinese."""

from collections.abc import Mapping

MODEL_LIFE: Mapping[str, str] = {
    "model.ends": "Google 提供它到 {day} 为止。",
    "ends.gone": "{model} 已停用（{place}），一天之内不再向那里请求它。Google 说：{said}",
    "ends.told": "Google 说 {model} 将于 {day} 停用（{place}）。",
    "ends.soon": "正在使用的 {model} 将于 {day} 停用，还有 {n} 天。",
    "ends.follows": "接替它的是 {next}；打开设置 successors 后会自动由它回答。",
    "ends.answers": "{model} 已停用；由 Google 指定的后继 {next} 回答。",
    "ends.ask_successor": "它的后继是 {next}：请改用它，或打开设置 successors，由它自动回答。",
    "ends.successor_gone": "Google 指定由 {next} 接替，但这里没有它。",
    "ends.refused": "{model} 已停用（{place}）；此后一天才会再次向那里请求它。",
    "learnt.nothing": "没有记住任何模型的情况。",
    "learnt.nothing_of": "没有记住 {model} 的任何情况。",
    "learnt.see": "`gcli2api-tui models` 列出记住了哪些。",
    "learnt.forgotten": "已忘记关于模型的 {n} 件事；将再次询问 Google。",
    "learnt.forgotten_of": "已忘记关于 {model} 的 {n} 件事；将再次询问 Google。",
    "learnt.all_models": "所有模型",
    "verb.forget_learnt": "忘记所学",
    "why.successor": "{model} 已停用，由 {next} 代替",
    "file.circle": "models.toml 中这些模型互相接替：{names}。",
    "file.break_circle": "请去掉其中一个“successor”。",
}
