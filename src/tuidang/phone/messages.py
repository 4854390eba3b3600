"""Two sample messages, to hear how a campaign sounds; a real one plays a recording of an operator's own."""

from __future__ import annotations

from types import MappingProxyType

# Each says who is calling, and that it is a sample read by a machine.
SAMPLE_MESSAGES = MappingProxyType(
    {
        # This is a sample recording of the Tuidang Center, read by a computer to try the line; it is no real
        # programme. As children many of us raised a hand and promised our whole life to an organisation, and
        # nobody asked whether we wished to. Today you can think about it quietly: a heart belongs to its
        # owner. To leave is not to be against somebody; it is to be at peace with oneself. You need not tell
        # anybody, and there is no hurry. Thank you for listening to this sample.
        "message/sample-1": "这里是退党服务中心。这是一段示例录音，由电脑念出，用来试线路，不是正式的节目。"
        "很多人小时候举过手，说要把一辈子交给一个组织。那时候，没有人问过我们愿不愿意。"
        "今天，您可以静静地想一想：自己的心，应该属于自己。"
        "退出，不是要反对谁，是给自己一个交代，求一份心安。"
        "这件事，您不用告诉任何人，也不急在这一刻。谢谢您听完这段示例录音。",
        # This is the second sample of the Tuidang Center, read by a computer too. People often ask: what use
        # is it, if nobody knows? We think that one knows oneself what one has promised. A promise made as a
        # child can be taken back; the heart is a little lighter then. Your real name or an alias, that is
        # yours to decide. If you would rather think about it for some days, that is good as well. Peace to
        # you and your family. Thank you for listening to this sample.
        "message/sample-2": "这里是退党服务中心。这是第二段示例录音，也是由电脑念出的。"
        "常有人问：没有人知道，退了有什么用？我们想，自己说过的话，自己心里是知道的。"
        "年少的时候许下的，可以收回来。收回来了，心里就轻了一分。"
        "用不用真名，由您自己决定。您想多考虑几天，也很好。"
        "祝您和家人平安。谢谢您听完这段示例录音。",
    }
)
