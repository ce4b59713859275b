"""Several instances that share a database."""

CLUSTER = {
    "cluster.url": "共享数据库的地址无法使用。",
    "cluster.url_form": "格式为 postgresql://用户:密码@主机:5432/数据库。",
    "cluster.no_psycopg": "state_url 指定了共享数据库，但未安装与之通信的程序。",
    "cluster.install": "请安装 gcli2api-tui[cluster]。",
    "cluster.away": "数据库不可用；本实例凭已知内容继续服务，并保留计数：{why}",
    "cluster.not_yet": "数据库尚未应答；在此之前，本实例以现有内容提供服务。",
}
