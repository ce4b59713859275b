"""Files, cached contents, interactions and pictures, in Chinese."""

from collections.abc import Mapping

THINGS: Mapping[str, str] = {
    "things.of_two": "请求提到了两个凭据的内容（{names}），而 Google 只让各自看到自己的。",
    "things.make_together": "请依次重新上传或创建：它们会落在同一个凭据上。",
    "things.owner_away": "此请求提到的内容属于某一个凭据，而它现在无法服务：{said}",
    "things.make_again": "请重新上传或创建：会交给可用的凭据。",
    "things.needs_key": "文件、缓存内容与 Interactions 需要 Gemini API 密钥。",
    "things.add_key": "请添加一个 Gemini API 密钥。",
    "things.page": "此分页标记不属于这里的任何列表。",
    "things.resumable": "文件只能以可续传方式上传。",
    "things.as_sdks": "请像 Google 的 SDK 那样，以 X-Goog-Upload-Command: start 和 -Protocol: resumable 开始。",
    "things.no_upload": "此地址没有正在进行的上传。",
    "things.begin_again": "请重新开始上传。",
    "things.no_name": "这不可能是 Google 内容的名称。",
    "images.no_stream": "这里不以流式返回图片。",
    "images.size": "没有图像模型能画这种尺寸。",
    "images.sizes": "请用 auto、比例为 {ratios} 之一的宽与高，或直接写比例。",
    "images.nobody": "这里没有已知的图像模型，请求也没有指明。",
    "images.name_one": "请在 model 中写明，并添加可用它的凭据。",
    "images.draws_not": "模型“{model}”不会画图。",
    "images.there_are": "这里会画图的有：{names}。",
    "images.none": "模型的回答里没有图片。",
    "images.words": "模型用文字代替了图片：{said}",
    "images.ask_for_one": "请更明确地要求图片，或换一个图像模型。",
}
