"""The demo's menu of trouble, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "trouble.title": "制造故障，看看会怎样",
    "trouble.limit": "一个凭据返回 429（alice）",
    "trouble.storm": "所有凭据返回 429",
    "trouble.revoke": "撤销一个登录（bob）",
    "trouble.slow": "首字很慢",
    "trouble.down": "Google 无法访问",
    "trouble.cut": "流被中断",
    "trouble.page": "返回网页而不是 JSON",
    "trouble.quota": "额度只剩 5 %",
    "trouble.reset": "距额度重置一分钟",
    "trouble.fast": "时钟 ×60，开或关",
    "trouble.well": "全部恢复正常",
    "trouble.on": "进行中",
    "trouble.hint": "按数字或 enter 执行，再按一次结束；esc 关闭",
    "script.missed": "脚本等待的 {what} 没有出现。",
    "key.demo.trouble": "故障",
    "key.trouble.fast": "时钟 ×60",
    "key.trouble.well": "全部恢复",
    "key.trouble.close": "关闭",
    **{f"key.trouble.make{n}": f"故障 {n}" for n in range(1, 10)},
}
