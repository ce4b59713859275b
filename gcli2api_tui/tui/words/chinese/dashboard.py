"""What the dashboard says, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "title.traffic": "流量",
    "title.quota": "今日配额",
    "title.live": "进行中 {n}",
    "title.problem": "最近的问题",
    "traffic.requests": "请求/分",
    "traffic.errors": "错误",
    "traffic.now": "现 {n}",
    "traffic.max": "高 {n}",
    "quota.none_known": "今日 {n} 次请求，上限未知",
    "quota.known": "{total} 个中 {known} 个上限已知",
    "quota.unknown": "上限未知",
    "quota.google": "Google 在 {at} 称剩余 {percent}%",
    "quota.source.google": "上限由 Google 告知",
    "quota.source.429": "上限得自 429",
    "quota.source.setting": "上限由你设定",
    "quota.source.tier": "上限按账号层级",
    "quota.source.assumed": "上限为假定；在本地计数",
    "pace.lasts": "每小时 {n} 次：可用到重置之后",
    "pace.out": "每小时 {n} 次：{at} 用完",
    "pace.early": "每小时 {n} 次：{at} 用完，早于重置 {span}",
    "quota.shares": "与项目 {project} 的其他密钥共用配额",
    "pool.ready": "可用 {n}",
    "pool.cooling": "冷却 {n}",
    "pool.broken": "待处理 {n}",
    "pool.off": "停用 {n}",
    "problem.none": "目前没有问题。",
    "problem.rescued": "{chain}：客户端未见错误",
    "empty.live": "没有进行中的请求。",
}
