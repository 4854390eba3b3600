"""The nineteen people who left in one call."""

from __future__ import annotations

# Names as people give them on the telephone: blessings, nicknames, common and rare ones.
NINETEEN = (
    *("金福", "万顺", "平安", "如意", "老孙", "小王", "张伟", "李娜", "王芳", "慕容雪松"),
    *("刘洋", "陈静", "春风", "明月", "老李", "阿强", "欧阳靖宇", "赵敏", "和平"),
)
