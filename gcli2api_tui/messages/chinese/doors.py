"""Sentences about the doors, in Chinese."""

DOORS = {
    "caller.http": "使用了明文 http：此服务器使用 https，地址应以 https:// 开头",
    "caller.no_trust": "不信任此服务器的证书：请把 tls_cert 的文件作为 CA 交给客户端",
    "http.only_tls": "此端口使用 https，而请求是明文 http。",
    "http.use_https": "地址应以 https:// 开头。",
    "tls.both": "设置了 {given} 而没有设置 {missing}：https 两者都需要。",
    "tls.set_both": "请同时设置 {missing}，或两者都不设置。",
    "tls.unreadable": "无法读取 {name} 的文件 {path}（{why}）。",
    "tls.readable": "它必须存在，并且运行服务器的用户可以读取。",
    "tls.no_pem": "{name} 的文件 {path} 中没有所需的内容。",
    "tls.as_pem": "两个文件都必须是 PEM：证书及其证书链，以及其私钥。",
    "tls.passphrase": "{path} 中的私钥有口令，而这里无人可以输入。",
    "tls.no_passphrase": "请保存为无口令的私钥（`openssl pkey -in KEY -out PLAIN`），且仅您可读。",
    "tls.other_key": "{key} 中的私钥不属于 {chain} 中的证书。",
    "tls.same_pair": "两者必须成对；续期会同时更新两个文件。",
    "tls.unusable": "{chain} 中的证书与 {key} 中的私钥不能使用：{why}。",
    "tls.expired": "{path} 中的证书已过期：客户端会拒绝它。请续期；新证书会立即启用。",
    "tls.not_yet": "{path} 中的证书尚未生效：客户端会拒绝它，或者时钟有误。",
    "tls.renewed": "证书已更换：新连接使用新证书。",
    "tls.not_renewed": "证书文件已变化，仍使用旧证书。{said}",
}
