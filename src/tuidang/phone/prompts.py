"""Every prompt's id and its words in Mandarin, as a voice says them.

Written for somebody old who never used a menu of keys: one thing at a time, what happens next, nothing that
is not true, and thanks. An operator replaces the sample voice by recordings of these words, one by one.
"""

from __future__ import annotations

from random import Random
from types import MappingProxyType

from tuidang.privacy.regions import PROVINCES

_PROMPTS = {
    # Hello. This is the Tuidang Center; we are all volunteers. This is a recording; please listen a
    # while. If you would rather not, just hang up. Press 0 and we do not call you again.
    "who": "您好，这里是退党服务中心，我们都是义工。下面是一段录音，请您听一听。"
    "不想听，随时挂断就行；按零，我们就不再打给您。",
    # You can choose one thing now.
    "menu": "您现在可以按一个键。",
    # To hear another one, press 1.
    "menu-more": "想再听一段，按一。",
    # To be plain: telephones in China can be listened to. To be safer, withdraw later on our website, in a
    # way that you find safe.
    "menu-listened": "跟您说明白：国内的电话，可能有人在听。"
    "想更稳妥，以后用您觉得安全的办法，上我们的网站退。",
    # If you can accept that and want to withdraw now from the Party, the League or the Pioneers, press 9.
    "menu-leave": "您能接受，想现在就退党、退团、退队，按九。",
    # To talk with a person, press 8.
    "menu-person": "想跟人说说话，按八。",
    # If you want no more calls from us, press 0.
    "menu-never": "不想再接到我们的电话，按零。",
    # Press nothing and the call ends by itself in a moment.
    "menu-none": "什么都不按，电话过一会儿自己就挂了。",
    # No hurry; I say it again.
    "again": "不着急，我再说一遍。",
    # This key does nothing here.
    "wrong": "这个键现在用不上。",
    # That is all we have today.
    "no-more": "今天就准备了这些，没有别的了。",
    # Thank you for listening. We wish you and your family peace. Goodbye.
    "goodbye": "谢谢您听我们说。祝您和家人平安。再见。",
    # I am truly sorry: something broke on our side, and this call cannot go on. Whether all you pressed was
    # stored we cannot say.
    "broken": "实在对不起，我们这边出了故障，这个电话说不下去了。刚才按的键，不敢说都存好了。",
    # We have talked for long; let us stop here this time.
    "too-long": "这个电话打得很久了，这次先到这里。",
    # First something that matters: somebody may be listening on this line, and the keys may be noted. If
    # now is not a good moment, just hang up, and nothing is done. We do not ask for your real name.
    "warning": "先跟您说一件要紧的事：电话可能有人在听，按的键也可能被记下来。"
    "要是现在不方便，挂断就好，就当没有办过。我们不问您的真名。",
    # Which do you leave? The Communist Party, 1; the Youth League, 2; the Young Pioneers, 3; all three,
    # 4. You can press one after another; when done press the hash key, or just wait a moment.
    "orgs": "您想退出哪一个？共产党，按一；共青团，按二；少先队，按三；三个都退，按四。"
    "可以一个接一个地按。按完了，按井号键，或者等一等就行。",
    # The next one: which does he leave? …
    "orgs-next": "这一位想退出哪一个？共产党，按一；共青团，按二；少先队，按三；三个都退，按四。"
    "按完了，按井号键，或者等一等。",
    "party": "共产党",  # the Communist Party
    "league": "共青团",  # the Communist Youth League
    "pioneers": "少先队",  # the Young Pioneers
    # Leaving is:
    "leaving": "要退出的是：",
    # The statement bears no real name. Here is an alias:
    "alias": "声明上不用真名，给您起个化名，叫：",
    # Another one:
    "alias-another": "换一个，叫：",
    # To use it, 1; another one, 2; if something was chosen wrongly before, 3.
    "alias-keys": "用这个名字，按一；换一个，按二；前面选错了，按三。",
    # Is there somebody beside you who wants to leave too? He must wish it himself. Yes, 1; no, 2.
    "more": "身边还有人也想退吗？要他自己愿意才行。有，按一；没有，按二。",
    # That is as many people as one call can take.
    "full": "一个电话能办的人数，已经满了。",
    # I read it to you.
    "read-back": "我给您念一遍。",
    # I read them one by one. If one is not right, press 2 while you hear him.
    "read-back-many": "我一位一位地念。哪一位不对，听到他的时候按二。",
    # … leaves
    "leaves": "退出",
    # As the region we put
    "region": "地区写的是",
    # To have no region, press 3.
    "region-keys": "不想写地区，按三。",
    # If all is right, press 1 and I store it; if not, press 2. Unless you press 1, it is not stored.
    "confirm": "都对，按一，我就存下来；不对，按二。不按一，就不会存。",
    # Then we leave it for this time; no statement has been stored.
    "unfinished": "那这次就先不办了，声明没有存。",
    # Then we leave the rest for this time. What was stored before stays.
    "unfinished-rest": "那后面的这次就先不办了。前面存好的，都还在。",
    # It is not stored yet; I try again; please stay on the line.
    "late": "还没有存好，我再试一次，请您先别挂。",
    # I am truly sorry: we still do not know whether it is stored. We go on trying but cannot promise, and
    # this time there is no receipt to read. (Not: do it again. What is stored after all would count twice.)
    "unsure": "实在对不起，到现在还不知道存好了没有。我们会接着试，可是不敢向您保证，查询密码这次也念不了。",
    # It is stored. As a rule it is in the public register in some days. Now the receipt, sixteen digits,
    # twice. Find a pen, and write the digits only, not what they are for. Ready, press 1; if you would
    # rather not have it read aloud, press 2; wait, and I read it as well.
    "stored": "存好了。一般过几天，就会登在公开的名册上。"
    "下面念查询密码，十六个数字，念两遍。您找好纸笔，只写数字，别写是做什么用的。"
    "好了，按一，我就念；不想让我念出来，按二；不按，我等一会儿也会念。",
    # … has this receipt:
    "receipt": "的查询密码是：",
    # Once more:
    "receipt-again": "再念一遍：",
    # That was all. With the alias and these digits you can find your statement on our website. If you
    # could not note them, never mind: the statement is stored. Again, 1; done, 2.
    "receipts-end": "念完了。用化名和这些数字，在我们的网站上能查到您的声明。"
    "没记下来也不要紧，声明已经存好了。想再听一遍，按一；好了，按二。",
    # To be honest: nobody can talk with you right now.
    "person": "跟您说实话，现在没有人能马上跟您说话。",
    # If we may call you back, press 1.
    "person-call-back": "要我们打给您，按一。",
    # If you would rather call us, press 2.
    "person-pin": "您想打给我们，按二。",
    # Not now, 3.
    "person-back": "先不用，按三。",
    # To be honest: nobody can talk with you now, and we cannot make an appointment either. We are sorry.
    "nobody": "跟您说实话，现在没有人能跟您说话，也还不能约时间。真对不起。",
    # Your number is locked away for this one call, seen by no volunteer, destroyed afterwards, after
    # fourteen days at the latest. The line may be listened to then as well. If you agree, choose a time
    # that is safe for you: morning 1, afternoon 2, evening 3, any time 4. If not, 5.
    "hours": "您的号码会锁起来，只为给您打这一次，连义工也看不见，打过就销毁，最多留十四天。"
    "到时候电话也可能有人在听。您同意，就选一个方便、安全的时候：上午，按一；下午，按二；晚上，按三；"
    "什么时候都行，按四。不要打了，按五。",
    # Noted. We will do our best to call you at that time; we cannot say on which day.
    "call-back-done": "记下了。我们尽量在那个时候打给您，哪一天还说不准。",
    # I am truly sorry: we still do not know whether it is noted. We go on trying. If nobody calls within
    # fourteen days, it did not work.
    "call-back-unsure": "实在对不起，到现在还不知道记下了没有。我们会接着试。"
    "要是十四天里没有人打给您，就是没有办成。",
    # Now six digits that are good for two weeks, and our number, twice. Please find a pen. The six digits:
    "pin": "下面念六个数字，两个星期里有效，再念我们的号码，都念两遍。请您找好纸笔。六个数字是：",
    # Once more:
    "pin-again": "再念一遍：",
    # Our number is
    "pin-call": "打给我们，号码是：",
    # When somebody answers, press these six digits. It is a number abroad, and the call will be on record:
    # please use a telephone that you find safe.
    "pin-how": "接通以后，按那六个数字就行。这是国外的号码，打过会留下记录，请用您觉得安全的电话打。",
    # I am truly sorry: we cannot give you a number now. Please try another time.
    "pin-unsure": "实在对不起，现在给不了您号码。请您过些天再试。",
    # You pressed 0. Right: press 0 once more, or hang up, and we never call you again; what is not finished
    # is left. Pressed by mistake: press any other key, and it goes on.
    "never-sure": "您按了零。没有按错，就再按一次零，或者挂断，以后不再打给您，没办完的也不办了。"
    "按错了，按别的键，接着来。",
    # Noted; we do not call you again. Sorry to have disturbed you. Goodbye.
    "never-done": "记下了，以后不再打给您。打扰您了，再见。",
    # I am truly sorry: it is still not noted. We go on trying. Should you be called again, please press 0
    # once more. Goodbye.
    "never-unsure": "实在对不起，到现在还没有记下来，我们会接着试。要是再接到电话，请您再按一次零。再见。",
}

# One is said yao, as everybody says it in numbers: yi is too like qi, seven.
_DIGITS = "零幺二三四五六七八九"

# Names that are proposed aloud, of privacy/aliases.txt. Sixty: three times the twenty people of a call, so
# that each can ask for others; all five hundred would be five hundred recordings. Chosen for the ear: no two
# have the same toneless pinyin, every character has one reading only, both syllables come through a bad line.
# None is a common full name as a page proposes them too: who hears "Wang Wei" may write it in many ways.
_SPOKEN = """
金福 万顺 福安 福康 福来 福星 福满 福海 福林 福山 瑞丰 瑞雪 瑞云 祥云 祥瑞 泰山 喜庆 喜春 晨光 晨风
善良 善缘 诚实 诚心 清风 清泉 清莲 恒心 恒远 宏达 兴旺 兴隆 佳音 雅兰 慧明 正直 正道 润田 莲花 荷香
月明 月圆 雨顺 晴天 旭光 百川 百福 鸿雁 锦绣 好运 欣荣 怡然 勤善 贤德 良田 迎春 健康 鹤年 永安 春光
"""
SPOKEN_ALIASES = tuple(_SPOKEN.split())

PROMPTS = MappingProxyType(
    {f"prompt/{name}": words for name, words in _PROMPTS.items()}
    | {f"digit/{digit}": word for digit, word in enumerate(_DIGITS)}
    | {f"province/{region.code}": region.name("zh-hans") for region in PROVINCES}
    | {f"alias/{alias}": alias for alias in SPOKEN_ALIASES}
)


def draw_aliases(rng: Random) -> tuple[str, ...]:
    """Return the aliases to propose in a call, in a drawn order.

    The region decides nothing: words that are nobody's name are published unchanged everywhere, by any name
    table, while a full name that hides its bearer in Henan points at him in Tibet. The same `rng` state gives
    the same order: seeded with the call's id, a call that was interrupted and begins again proposes the same
    names, so that the same confirmation is the same statement.
    """
    return tuple(rng.sample(SPOKEN_ALIASES, len(SPOKEN_ALIASES)))
