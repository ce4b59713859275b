"""录制与重放的文字。"""

from collections.abc import Mapping

RECORDINGS: Mapping[str, str] = {
    "recording.runs": "已有录制正在进行，写入 {file}。",
    "recording.end_first": "`gcli2api-tui record off` 可结束它。",
    "recording.no_texts": "未保留任何文字，因此没有可录制的内容。",
    "recording.keep_bodies": "请将 keep_bodies 设为大于 0。",
    "recording.begun": "正在录制到 {file}；文字已遮盖，仅保留长度与形状。",
    "recording.begun_whole": "正在完整录制请求与回答到 {file}：其中可以读到提示。",
    "recording.off": "没有正在进行的录制。",
    "recording.ended": "已将 {n} 个请求录制到 {file}。",
    "recording.disk": "录制已结束：磁盘无法再写入（{why}）。",
    "recording.full": "录制已结束：最多 {mb} MB。",
    "recording.none": "{name} 不是录制文件。",
    "recording.make_one": "`gcli2api-tui record on` 可生成一个。",
    "recording.later": "{name} 的格式为 {version}，此处不认识。",
    "recording.torn": "{name} 的第 {line} 行无法读取。",
    "recording.cut": "其请求体未完整保留",
    "recording.unasked": "这会用你的凭据及其配额向 Google 请求 {n} 次。",
    "recording.yes": "加上 --yes 即可不再询问直接执行。",
    "recording.silent": "{s} 秒内没有应答。",
    "verb.record": "录制请求",
    "verb.end_recording": "结束录制",
    "recording.goes_on": "请求正录制到 {file}，文字已遮盖。",
    "recording.goes_on_whole": "请求正完整录制到 {file}：其中可以读到提示。",
}
