"""The sentences and labels of receipts. The English ones are what the law asks for; change none lightly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "gift": "Thank you for your cash contribution of {amount}, which {name} received on {day}.",
        "refunded": "You gave {given}, of which {back} was returned to you since; this receipt is for"
        " the rest.",
        "nothing": "No goods or services were provided in exchange for your contribution.",
        "benefit": "In exchange for your contribution we provided you with: {benefit}. Our good faith"
        " estimate of its fair market value is {estimate}.",
        "limited": "The amount of your contribution that is deductible for federal income tax purposes is"
        " limited to the excess of the money you contributed over the value of the goods or services we"
        " provided, which is {rest}.",
        "currency": "The amount stands in the currency in which you gave it.",
        "currencies": "Amounts stand in the currency in which you gave them.",
        "exempt": "{name} is exempt from federal income tax under section 501(c)(3) of the Internal Revenue"
        " Code; its Employer Identification Number is {ein}. Please keep this receipt with your tax records.",
        "year": "Thank you for your cash contributions, which {name} received in {year} and which are listed"
        " below.",
        "total": "In all: {amounts}.",
        "year-nothing": "No goods or services were provided in exchange for these contributions.",
        "year-some": "In exchange for the contributions beside which they stand we provided goods or"
        " services; the value beside them is our good faith estimate of their fair market value.",
        "year-others": "No goods or services were provided in exchange for the other contributions.",
        "year-limited": "For contributions with something in return, the amount that is deductible for"
        " federal income tax purposes is limited to the excess of the money you contributed over the value of"
        " the goods or services we provided.",
        "once": "This summary has every gift of the year, also those for which you hold a receipt of their"
        " own; each counts once.",
        "expenses": "Thank you for the services that you provided to {name} as a volunteer, from {first} to"
        " {last}: {services}. You spent money of your own for them, for which you were not reimbursed.",
        "records": "This letter states no amount: please keep your own records of what you spent.",
    },
    "zh-hans": {
        "gift": "感谢您捐款 {amount}。{name}已于{day}收到这笔款项。",
        "refunded": "您原捐 {given}，其后已退还 {back}；本收据为余下的款项开具。",
        "nothing": "本机构没有因这笔捐献向您提供任何商品或服务。",
        "benefit": "因这笔捐献，本机构向您提供了：{benefit}。我们善意估计其公平市价为 {estimate}。",
        "limited": "就联邦所得税而言，可抵扣的金额以您所捐款项超出上述商品或服务价值的部分为限，即 {rest}。",
        "currency": "金额以您捐款时的币种列出。",
        "currencies": "各项金额以您捐款时的币种列出。",
        "exempt": "{name}依《国内税收法》第 501(c)(3) 条免缴联邦所得税，雇主识别号码（EIN）为 {ein}。"
        "请将本收据与您的报税资料一并保存。",
        "year": "感谢您的捐款。{name}在{year}年收到您的下列各笔款项。",
        "total": "合计：{amounts}。",
        "year-nothing": "本机构没有因这些捐款向您提供任何商品或服务。",
        "year-some": "凡旁边注明的捐款，本机构曾因之提供商品或服务；所列价值是我们对其公平市价的善意估计。",
        "year-others": "其余捐款，本机构没有因之向您提供任何商品或服务。",
        "year-limited": "有回报的捐款，就联邦所得税而言，可抵扣的金额以所捐款项超出商品或服务价值的"
        "部分为限。",
        "once": "本年度汇总列出全年每一笔捐款，包括您已持有单独收据的；每笔只计一次。",
        "expenses": "感谢您自{first}至{last}以义工身份为{name}服务：{services}。"
        "您为此自付了费用，且未获报销。",
        "records": "本函不列金额：请自行保存所付费用的记录。",
    },
    "zh-hant": {
        "gift": "感謝您捐款 {amount}。{name}已於{day}收到這筆款項。",
        "refunded": "您原捐 {given}，其後已退還 {back}；本收據為餘下的款項開立。",
        "nothing": "本機構沒有因這筆捐獻向您提供任何商品或服務。",
        "benefit": "因這筆捐獻，本機構向您提供了：{benefit}。我們善意估計其公平市價為 {estimate}。",
        "limited": "就聯邦所得稅而言，可抵扣的金額以您所捐款項超出上述商品或服務價值的部分為限，即 {rest}。",
        "currency": "金額以您捐款時的幣別列出。",
        "currencies": "各項金額以您捐款時的幣別列出。",
        "exempt": "{name}依《國內稅收法》第 501(c)(3) 條免繳聯邦所得稅，雇主識別號碼（EIN）為 {ein}。"
        "請將本收據與您的報稅資料一併保存。",
        "year": "感謝您的捐款。{name}在{year}年收到您的下列各筆款項。",
        "total": "合計：{amounts}。",
        "year-nothing": "本機構沒有因這些捐款向您提供任何商品或服務。",
        "year-some": "凡旁邊註明的捐款，本機構曾因之提供商品或服務；所列價值是我們對其公平市價的善意估計。",
        "year-others": "其餘捐款，本機構沒有因之向您提供任何商品或服務。",
        "year-limited": "有回報的捐款，就聯邦所得稅而言，可抵扣的金額以所捐款項超出商品或服務價值的"
        "部分為限。",
        "once": "本年度彙總列出全年每一筆捐款，包括您已持有單獨收據的；每筆只計一次。",
        "expenses": "感謝您自{first}至{last}以義工身分為{name}服務：{services}。"
        "您為此自付了費用，且未獲報銷。",
        "records": "本函不列金額：請自行保存所付費用的紀錄。",
    },
}

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title-gift": "Receipt for a gift",
        "title-year": "Summary of gifts in a year",
        "title-expenses": "Acknowledgment of expenses as a volunteer",
        "serial": "Receipt number",
        "issued": "Issued",
        "donor": "Donor",
        "address": "Address",
        "day": "Received",
        "amount": "Amount",
        "in-return": "In return (estimated value)",
        "again": "DUPLICATE",
        "void": "VOID",
    },
    "zh-hans": {
        "title-gift": "捐款收据",
        "title-year": "年度捐款汇总",
        "title-expenses": "义工自付费用确认函",
        "serial": "收据编号",
        "issued": "开具日期",
        "donor": "捐款人",
        "address": "地址",
        "day": "收到日期",
        "amount": "金额",
        "in-return": "回报（估计价值）",
        "again": "副本",
        "void": "作废",
    },
    "zh-hant": {
        "title-gift": "捐款收據",
        "title-year": "年度捐款彙總",
        "title-expenses": "義工自付費用確認函",
        "serial": "收據編號",
        "issued": "開立日期",
        "donor": "捐款人",
        "address": "地址",
        "day": "收到日期",
        "amount": "金額",
        "in-return": "回報（估計價值）",
        "again": "副本",
        "void": "作廢",
    },
}
