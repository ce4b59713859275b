"""如何升级程序。"""

from collections.abc import Mapping

UPGRADE: Mapping[str, str] = {
    "upgrade.now": "当前为 gcli2api-tui {version}。",
    "upgrade.by_installer": "由我们的安装脚本安装；再次运行即可升级，并重启正在运行的服务器：",
    "upgrade.by_pipx": "由 pipx 安装：",
    "upgrade.by_uv_tool": "由 uv 安装：",
    "upgrade.by_checkout": "从代码目录 {source} 运行：",
    "upgrade.by_archive": "安装自 {source}。请换成下一版本的地址或文件：",
    "upgrade.by_container": "运行在容器中。请在容器外、compose 文件所在目录运行：",
    "upgrade.by_system": "由 {source} 安装：请像升级系统其他软件包一样升级它。",
    "upgrade.by_index": "由 pip 安装：",
    "upgrade.yes": "`gcli2api-tui upgrade --yes` 会执行以上命令，并在没有回答进行时重启服务器。",
    "upgrade.by_hand": "无法从这里执行，请手动操作。",
    "upgrade.no_program": "这里没有 {program}。",
    "upgrade.failed": "升级未成功（状态 {status}，见上）。",
    "upgrade.as_before": "正在运行的服务器保持原样。",
    "upgrade.done": "已安装：{said}。",
    "upgrade.not_restarted": "新版本已安装，服务器仍在运行旧版本，见上。",
}
