"""Coming over from another program, in Chinese."""

from collections.abc import Mapping

COMING_OVER: Mapping[str, str] = {
    "over.link_out": "它是指向该文件夹之外的链接，不会跟随。",
    "over.name_it": "如果是你的文件，请用它自己的路径导入。",
    "over.not_its_file": "这不是那个程序的凭据文件。",
    "over.no_toml": "不是有效的 TOML：{error}。",
    "over.no_yaml": "{where} 处不是有效的 YAML。",
    "over.no_yaml_reader": "其中的密钥和设置没有读取：读取 YAML 需要软件包 ruamel.yaml。",
    "over.install_yaml": "请在本程序旁安装它（`gcli2api-tui[yaml]`），然后再运行一次。",
    "over.busy_database": "它的程序一直在写入：请先停一下它",
    "over.client": "这是一个 OAuth 客户端；`gcli2api-tui creds import` 可以导入它用于登录。",
    "over.last_codes": "在那边最后被拒绝：{codes}",
    "over.antigravity": "这是 Antigravity 的，本程序不使用它的令牌。",
    "over.antigravity_setting": "这与 Antigravity 有关，本程序不使用它。",
    "over.address": (
        "这不是 Google 自己的地址：所有令牌都会发到那里。如果是你的，请手动设置（`gcli2api-tui config set`）。"
    ),
    "over.by_itself": "这里的重试和休息由 Google 的回答决定。",
    "over.no_such_setting": "这里没有这样的设置。",
    "over.no_such_settings": "这里没有这些设置。",
    "over.database_elsewhere": (
        "它的凭据在那个数据库里：请在它的面板中全部下载，再用 `gcli2api-tui creds import` 导入 ZIP。"
    ),
    "over.open_door": (
        "它在那边也对其他机器开放，这里只对本机开放。要开放请运行 `gcli2api-tui config set host {host}`。"
    ),
    "over.tls_by_hand": ("请手动指定证书文件：`tls_cert` 和 `tls_key`。"),
    "over.too_many_files": ("{path} 中有 {count} 个文件；最多读取 {most} 个。"),
    "over.too_many_rows": ("其中一个表超过 {most} 行"),
    "over.weak_panel_key": "它容易被猜到：面板保留自己的密钥（`gcli2api-tui key --panel`）。",
    "over.hashed_key": "那边只保存了它的哈希：面板保留自己的密钥（`gcli2api-tui key --panel`）。",
    "over.more_keys": "已取第一个。其余 {n} 个请为每个使用者各建一个密钥：`gcli2api-tui keys add NAME`。",
    "over.more_keys.one": "已取第一个。另一个请为它的使用者建一个密钥：`gcli2api-tui keys add NAME`。",
    "over.proxy_of_each": "{proxy} 将成为每个迁移来的凭据的代理。",
    "over.off_without_proxy": "这些凭据迁移后处于停用状态，以免不经代理就发出请求。",
    "over.other_address": "它用于 Google 以外的地址。",
    "over.models_of_key": "它自己的模型和别名留在那边",
    "over.others_keys": "{n} 项用于 Google 以外的服务。",
    "over.others_keys.one": "一项用于 Google 以外的服务。",
    "over.encrypted": "Gemini CLI 把登录加密保存在其中，只供它自己使用。请在这里登录：`gcli2api-tui creds login`。",
    "over.keychain": (
        "这个账号的登录不在文件夹里：Gemini CLI 把它保存在系统钥匙串中。请在这里登录：`gcli2api-tui creds login`。"
    ),
    "over.geminis_own": "这是 Gemini CLI 自己的文件，没有本程序需要的内容。",
    "over.mcp_tokens": "其中是其他服务器的登录，不是 Google 模型的。",
    "over.lies_elsewhere": "{path} 在该文件夹之外：请用 `gcli2api-tui creds import` 按路径导入。",
    "over.no_folder": "{path} 不是可以读取的文件夹：{why}。",
    "over.nothing_found": "{path} 中没有 {program} 的内容。",
    "over.is_of_another": "它看起来是 {program} 的文件夹。",
    "over.no_usual_place": "在常见位置没有找到 {program} 的安装。",
    "over.name_the_folder": "请指明它的文件夹：`gcli2api-tui import-from {program} FOLDER`。",
    "over.came_at_start": "{n} 个凭据来自 {place}，那里保持不变。",
    "over.came_at_start.one": "一个凭据来自 {place}，那里保持不变。",
    "over.renewed_at_start": "{n} 个账号从 {place} 得到了更新的登录。",
    "over.renewed_at_start.one": "一个账号从 {place} 得到了更新的登录。",
    "over.stayed_at_start": "{place}：{what} 没有被采用：{why}",
    "over.and_more": "还有 {n} 项留在那里；`gcli2api-tui import-from gcli2api` 会列出它们。",
    "over.and_more.one": "还有一项留在那里；`gcli2api-tui import-from gcli2api` 会列出它。",
    "over.say_yes": "什么都没有取：没有人可以询问。",
    "over.with_yes": "加上 --yes 即取所示内容。",
}
