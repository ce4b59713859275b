"""Client keys, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "keys.title": "客户端密钥",
    "keys.note": "给每个人或程序一个密钥，各有自己的限制。",
    "keys.add": "添加密钥",
    "keys.name": "名称",
    "keys.make": "创建密钥",
    "keys.made": "{name} 的密钥",
    "keys.change": "更改",
    "keys.save": "保存",
    "keys.revoke": "吊销",
    "keys.sure": "无法撤销",
    "keys.rpm": "每分钟请求",
    "keys.rpd": "每天请求",
    "keys.tpd": "每天词元",
    "keys.concurrent": "同时请求",
    "keys.models": "模型",
    "keys.credentials": "凭据",
    "keys.thinking": "思考",
    "keys.service_tier": "服务层级",
    "keys.expires": "到期",
    "keys.state.on": "启用",
    "keys.state.off": "停用",
    "keys.state.expired": "已到期",
    "keys.form.models": "*-flash*、*-lite*",
    "keys.form.credentials": "标签，用逗号分隔",
    "keys.form.thinking": "off、minimal、low、medium、high 或 max",
    "keys.form.service_tier": "flex 或 priority",
    "keys.form.expires": "2027-01-31 或 30d；none：永不",
    "keys.until": "至 {day}",
}
