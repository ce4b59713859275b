"""What is not built here, and what there is in its place, in Chinese."""

from collections.abc import Mapping

NOT_BUILT: Mapping[str, str] = {
    "not_built.image_edits": "此路径不提供图片编辑。",
    "not_built.image_in_chat": "请在对话中把图片和文字发给图像模型。",
    "not_built.audio": "此路径不提供语音与转写。",
    "not_built.audio_in_chat": "模型能听到对话中以 input_audio 发送的音频。",
    "not_built.videos": "这里不生成视频。",
    "not_built.realtime": "这里不提供实时会话。",
    "not_built.as_chat": "请用对话提问；对话可以流式返回。",
    "not_built.batches": "这里不提供批处理。",
    "not_built.one_by_one": "请逐个发送请求。",
    "not_built.conversations": "这里不保存对话。",
    "not_built.files": "此路径不保存文件。",
    "not_built.in_the_request": "请在请求中直接发送内容，或使用 Google 自己的 /upload/v1beta/files。",
    "not_built.stores": "这里不提供文档库。",
    "not_built.containers": "这里不提供容器。",
    "not_built.skills": "这里不保存技能。",
    "not_built.assistants": "这里不提供助手与线程。",
    "not_built.complete": "这里不提供 Anthropic 旧的文本补全。",
    "not_built.moderations": "这里不提供内容审核。",
    "not_built.tuning": "这里不提供微调模型。",
    "not_built.evals": "这里不提供评测。",
    "not_built.operations": "这里不提供长时操作。",
    "not_built.only_there": "请使用其厂商自己的 API。",
}
