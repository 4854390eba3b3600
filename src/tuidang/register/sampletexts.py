"""The invented sentences of which the sample register's statements are put together."""

from __future__ import annotations

MARKS = {"zh-hans": "〔示例〕", "zh-hant": "〔示例〕", "en": "[Sample]"}

# For each language: how one came into an organisation, what happened since, and what one says today.
JOINED: dict[str, dict[str, tuple[str, ...]]] = {
    "zh-hans": {
        "party": (
            "大学毕业前听说入了党好找工作，就写了申请。",
            "在部队里入的党，那时以为是光荣。",
            "在厂里做了先进，支书说该入党了，我没敢说不。",
            "为了评职称入的党，交了二十多年党费。",
            "父亲是老党员，我从小就以为只有这一条路。",
            "考公务员之前入的党，图的是一个饭碗。",
            "当年在村里当会计，入党是上面定的名额。",
        ),
        "league": (
            "中学里老师发下表格，大家都填，我也填了。",
            "班主任说入团光荣，名单贴在墙上，不入的要谈话。",
            "初二那年全班集体入团，团徽后来不知丢在哪里了。",
            "我教了三十年书，每年都带着学生念入团的誓词。",
        ),
        "pioneers": (
            "小学时全班一起戴上红领巾，没有人问过我愿不愿意。",
            "举手宣誓的时候我才七岁，不懂誓词是什么意思。",
            "老师说红领巾是用血染成的，我那时真的信了。",
            "小时候没戴红领巾，在校门口站过一个早上。",
        ),
    },
    "zh-hant": {
        "party": (
            "年輕時在單位裡入的黨，那時以為理所當然。",
            "退休前一直交黨費，從來不敢說一個不字。",
        ),
        "league": (
            "中學時老師發下表格，大家都填，我也填了。",
            "在香港住了多年，抽屜裡還留著那張團員證。",
        ),
        "pioneers": (
            "小時候在大陸上學，全班一起戴上紅領巾。",
            "離開家鄉之後，才知道當年宣誓的是什麼。",
        ),
    },
    "en": {
        "party": (
            "I joined at university because it helped in finding work.",
            "My parents were members, and I thought there was no other way.",
        ),
        "league": (
            "I joined the League because the list hung on the wall for everyone to see.",
            "In middle school the form was handed out, everyone filled it in, and so did I.",
        ),
        "pioneers": (
            "I was seven when the whole class was given red scarves. Nobody asked us.",
            "As a child I raised my fist and spoke an oath that I did not understand.",
        ),
    },
}
SINCE = {
    "zh-hans": (
        "后来老屋被拆，去讲道理的人被带走了。",
        "封城那年，邻居的老人没有等到药。",
        "这些年看得多了，也想明白了。",
        "看过身边的好人受苦，心里一直不安。",
        "读到一些从前不让读的书，才知道许多事不是课本上写的那样。",
        "如今有了孩子，不想让他再学着说违心的话。",
        "年纪大了，想把心里的结解开。",
        "我不恨谁，只是不愿意再和谎话站在一起。",
        "母亲临终前说，做人要清清白白。",
        "夜里常想起那句誓词，总觉得欠着自己一句话。",
        "朋友打电话来，说了很久，我听进去了。",
        "在外面生活了几年，才知道说真话不必害怕。",
        "单位里天天学习，写的心得没有一句是自己的。",
        "",
    ),
    "zh-hant": (
        "這些年看得多了，也想明白了。",
        "在景點看到真相看板，和義工聊了一個下午。",
        "在外面生活了幾年，才知道說真話不必害怕。",
        "如今做了父母，不想讓孩子再唸那樣的誓詞。",
        "",
    ),
    "en": (
        "Living abroad I learned that one can tell the truth without fear.",
        "A friend called and we talked for a long time.",
        "I have children now, and I do not want them to repeat what I repeated.",
        "",
    ),
}
TODAY = {
    "zh-hans": (
        "今天郑重声明退出，从前的誓言作废。",
        "从今天起与它再无关系，只做一个堂堂正正的中国人。",
        "特此声明退出，求一个心安。",
        "退出，愿家人平安，愿这片土地太平。",
        "我自愿退出，没有人逼我，也没有人替我决定。",
        "声明退出。往后的日子，凭良心过。",
        "从此退出，把这一生还给自己。",
        "退出。说出来，心里就亮堂了。",
    ),
    "zh-hant": (
        "今天鄭重聲明退出，從前的誓言作廢。",
        "特此聲明退出，求一個心安。",
        "自願退出，願家人平安。",
        "從此退出，往後憑良心過日子。",
    ),
    "en": (
        "Today I declare that I leave, and that the oath I took as a child is void.",
        "I withdraw of my own free will, and wish my country peace.",
        "I leave. It feels good to have said it.",
    ),
}
PLACES = ("某县", "某市", "某镇", "一座小城", "乡下")
ENGLISH_NAMES = ("Jin Fu", "Wan Shun", "Old Sun", "Xiao Lin", "A. Chen", "Ping An", "Mr. Wang", "Ms. Li")
