"""模型接受什么，以及因此对请求做了哪些改动。"""

from collections.abc import Mapping

ABILITIES: Mapping[str, str] = {
    "fit.changed": "{model} 不接受 {what}：{how}",
    "fit.left_out": "已去掉",
    "fit.sent": "改发 {what}",
    "fit.a_budget": "思考预算 {n}",
    "fit.prefill": "{model} 不接受以模型自己的回合结尾的历史：已补上“{words}”",
    "fit.json": "{model} 在此不接受 JSON 模式：改用文字要求 JSON",
    "fit.system": "{model} 不接受系统指令：其内容已放到第一条消息之前",
    "fit.turns": "{model} 要求此处有用户发言：已补上“{words}”",
    "fit.references": "{model} 不接受结果中的 $ref：改发为文本",
    "lesson.begins_with_call": "{model} 不接受以调用开头的历史",
    "lesson.only_model_turn": "{model} 不接受只有模型自己的回合",
    "lesson.reference_in_result": "{model} 不接受结果中的 $ref",
    "fit.media": "{model} 不读取 {names}：以另一类型发送",
    "fit.schema_depth": "{model} 不接受超过 {n} 层的 schema：更深的部分以文字说明",
    "lesson.media_type": "{model} 不读取 {value}",
    "lesson.schema_depth": "{model} 不接受超过 {value} 层的 schema",
    "lesson.thinking": "无法指定 {model} 如何思考",
    "lesson.thinking_level": "{model} 不接受思考等级 {value}",
    "lesson.thinking_budget": "{model} 不接受思考预算，或不接受所有取值（{value}）",
    "lesson.unsigned_call": "{model} 不接受没有思考签名的调用",
    "lesson.system_instruction": "{model} 不接受系统指令",
    "lesson.json_mode": "{model} 不接受 JSON 模式",
    "lesson.json_beside_functions": "{model} 不接受 JSON 模式与函数并用",
    "lesson.penalties": "{model} 不接受惩罚参数",
    "lesson.candidates": "{model} 对一个请求只给一个回答",
    "lesson.seed": "{model} 不接受随机种子",
    "lesson.logprobs": "{model} 不提供对数概率",
    "lesson.prefill": "{model} 不接受以模型自己的回合结尾的历史",
}
