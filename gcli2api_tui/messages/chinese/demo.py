"""What the demo says of the trouble that somebody makes in it, in Chinese."""

from collections.abc import Mapping

DEMO: Mapping[str, str] = {
    "demo.limit": "从现在起 alice 返回 429；由其他凭据服务，客户端毫无察觉。",
    "demo.storm": "从现在起全部返回 429：请求等待第一个就绪的凭据。",
    "demo.revoke": "{who} 的登录已被撤销；下一个请求会发现。",
    "demo.slow": "从现在起首字需要 12 秒。",
    "demo.down": "从现在起 Google 挂断每一次连接。",
    "demo.cut": "从现在起流会在几个词后中断。",
    "demo.page": "从现在起返回网页而不是 JSON，就像在酒店网络里。",
    "demo.quota": "各账号今天只剩 5 % 的额度。",
    "demo.reset": "距第一个额度恢复还有一分钟。",
    "demo.fast": "时钟快 {times} 倍；流和超时仍按真实时间。",
    "demo.well": "一切恢复正常。",
    "demo.over": "已结束：{what}。",
    "demo.limit.title": "一个凭据 429",
    "demo.storm.title": "全部 429",
    "demo.slow.title": "首字很慢",
    "demo.down.title": "Google 无法访问",
    "demo.cut.title": "流中断",
    "demo.page.title": "网页代替 JSON",
    "demo.fast.title": "快时钟",
    "demo.revoked_already": "{who} 已经退出登录。",
    "demo.way_well": "按 0 全部恢复。",
    "demo.no_reset": "没有即将恢复的额度。",
    "demo.script_unread": "无法读取脚本 {name}：{why}。",
    "demo.script_line": "脚本第 {number} 行不是步骤：{line}。可用的有：{verbs}。",
    "demo.script_screen": "脚本会替您按面板上的键：需要一个终端。",
}
