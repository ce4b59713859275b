"""从外部观察者所见：就绪状态与指标。"""

from collections.abc import Mapping

WATCHING: Mapping[str, str] = {
    "ready.serves": "{all} 个凭据中有 {n} 个可以服务。",
    "ready.none": "还没有凭据：请在面板中添加，或使用 `gcli2api-tui creds add-key`。",
    "ready.all_rest": "全部 {n} 个凭据都在冷却；最早的一个将在 {span} 后恢复。",
    "ready.waits_for_you": "全部 {n} 个凭据都需要人工处理：请查看“凭据”页。",
    "ready.degraded": "目前无法将状态写入磁盘；服务仍在继续。",
    "ready.database_away": "共享数据库不可用；凭已知内容继续服务。",
    "ready.last_known": "共享数据库无法访问；按 {at} 时最后已知的状态继续提供服务。",
    "traces.missing": "需要追踪，但未安装 OpenTelemetry：`pip install 'gcli2api-tui[otel]'`。",
}
