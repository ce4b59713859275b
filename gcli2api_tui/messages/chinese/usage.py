"""What was used, and list prices, in Chinese."""

from collections.abc import Mapping

USAGE: Mapping[str, str] = {
    "usage.the_key": "客户端密钥",
    "usage.nobody": "（无）",
    "usage.removed": "已移除 {id}",
    "usage.unreadable": "无法读取用量：{why}。",
    "usage.days": "“days”是 1 到 {most} 的整数。",
    "prices.unread": "无法读取 prices.toml：{why}。",
    "prices.shipped": "在此之前使用程序自带的价格。",
    "prices.toml": "prices.toml 不是有效的 TOML：{error}。",
    "prices.not_understood": "不理解 prices.toml 中的“{name}”。",
    "prices.each": "每个价格是 [[price]]，含 model、input 和 output。",
    "prices.date": "prices.toml 的“date”不是日期：“{day}”。",
    "prices.from": "{what}的“from”中日期有误：“{day}”。",
    "prices.write_day": '请写成 "2026-12-01"。',
    "prices.a_price": "prices.toml 中的一个价格",
    "prices.of": "prices.toml 中“{model}”的价格",
    "prices.needs": "价格需要 input 和 output，单位是每百万 token 的美元数。",
    "prices.number": "请写每百万 token 的美元数，如 0.75。",
    "prices.long": "请写 long = {{ input = 4.0, output = 18.0 }}。",
}
