"""What a person is told at the right time, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "alert.pool-empty": "现在没有可用的凭据。",
    "alert.quota": "{about}：今天 {model} 还剩 {left} 次。",
    "alert.sign-in": "{about} 的登录已失效：请重新登录。",
    "alert.model-end": "{about} 将于 {day} 停用。",
}
