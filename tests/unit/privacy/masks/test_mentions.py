"""Names of others in a text: how many are pointed out, and how often an ordinary word is."""

from __future__ import annotations

import time

import pytest

from tuidang.privacy.masks import MarkKind, find_names, mask
from tuidang.privacy.names import NameTable

DEFAULT = NameTable.default()

# A text, and the names a careful reader would point out in it.
READ = [
    ("我们县的王建国书记说，不入党就不提拔。", ["王建国"]),
    ("县公安局局长李大勇带人来抓，恶警张三丰打人。", ["李大勇", "张三丰"]),
    ("我的邻居张明，因为上访被判三年。", ["张明"]),
    ("丈夫陳志強被抓，女儿陈静才六岁。", ["陳志強", "陈静"]),
    ("老师李红梅逼我们写申请。", ["李红梅"]),
    ("王秀英是我母亲，她不识字。", ["王秀英"]),
    ("王局长来了，后来张主任也来了。", ["王局长", "张主任"]),
    ("村支书欧阳修平主任收了钱。", ["欧阳修平"]),
    ("我叫李明，家在农村。", ["李明"]),
    ("厂长赵铁柱、会计孙丽都知道。", ["赵铁柱"]),
    ("派出所所长刘德华，打了我的同学马超。", ["刘德华", "马超"]),
    ("姓名：周伟，同事吴刚。", ["周伟", "吴刚"]),
    ("校长周淑珍和主任说不行。", ["周淑珍"]),
    ("总书记讲话，书记和局长都来了，老师们很害怕。", []),
    ("六四的时候我在北京，看到坦克。", []),
    ("常委、委员、干事都是骗子；领导干部；同学们；居民小区。", []),
    ("安全局长期监控，公安局长期骚扰，省长市长县长都贪。", []),
    ("高级法官、资深律师、退休教授、中学老师、党校老师。", []),
    ("时任书记，前任局长，于是主任就走了，何况老师。", []),
    ("江西省长，安徽省委书记，石家庄市长，温州市长，马鞍山市市长。", []),
    ("毛主席像章，邓小平理论，万元户，马路边，黄金周，白米饭。", ["毛主席"]),
    ("我叫他们不要打人，叫我去派出所。", []),
    ("高兴地说，常常想起，方方面面，金色的童年，温暖的家。", []),
    ("从小被灌输，入队入团入党，现在声明全部作废。", []),
]


def test_most_names_are_pointed_out_and_hardly_any_word() -> None:
    found = [[text[mark.start : mark.end] for mark in find_names(text, DEFAULT)] for text, _ in READ]
    right = sum(len(set(names) & set(seen)) for (_, names), seen in zip(READ, found, strict=True))
    pointed_out = sum(map(len, found))
    there = sum(len(names) for _, names in READ)
    assert right / there >= 0.9, found
    assert right / pointed_out >= 0.95, found


def test_a_name_pointed_out_is_no_mask() -> None:
    text = "王建国书记"
    assert [mark.kind for mark in find_names(text, DEFAULT)] == [MarkKind.NAME]
    assert mask(text) == text


@pytest.mark.parametrize("piece", ["书记", "王书记", "王", "叫", "我叫", "王秀英", "张局长李", " "])
def test_a_hostile_text_takes_no_longer_than_its_length_allows(piece: str) -> None:
    text = (piece * 5000)[:5000]
    began = time.process_time()
    find_names(text, DEFAULT)
    assert time.process_time() - began < 1
