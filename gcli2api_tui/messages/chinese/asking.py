"""Asking our own endpoint: Play, resending, a chosen credential; in Chinese."""

from collections.abc import Mapping

ASKING: Mapping[str, str] = {
    "chosen.cannot": "所选凭据无法服务此请求，也没有询问其他凭据：{said}",
    "chosen.another": "请另选一个，或不选：由凭据池选择。",
    "pool.other_kind": "此类凭据不提供 {model}。",
    "guard.choice": "由凭据池决定哪个凭据服务请求。",
    "guard.no_choice": "请去掉请求头 {name}；只有本用户自己的进程可以凭 run.json 中的令牌发送它。",
    "asking.no_server": "无法连接服务器：{why}。",
    "asking.cut": "回答未完整，连接已中断：{why}。",
    "asking.stopped": "已由你停止。",
    "asking.status": "服务器返回状态 {status}。",
    "asking.not_whole": "回答未完整就结束了。",
    "asking.closing": "服务器正在停止。",
    "asking.empty": "回答为空。",
    "asking.is_over": "它已经结束。",
    "asking.no_object": "请求体必须是 JSON 对象。",
    "asking.begun": "消耗 1 次请求。",
    "ask.nothing": "没有问题。",
    "ask.how": "请写在 `ask` 之后，或从标准输入传入。",
    "ask.no_model": "还没有可用的模型。",
    "ask.failed": "状态 {status}：{said}",
    "verb.ask": "提问",
    "verb.stop_asking": "停止提问",
}
