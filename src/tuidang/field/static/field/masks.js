// Shows in the preview what will be hidden: numbers, addresses in networks, accounts. What is sealed is the text as typed, as with
// the name: on arrival it is masked by the register's own rules, which cannot be refused, so that nothing tells it from a website's.
const DIGIT = "[0-9０-９①-⑨零〇一二两三四五六七八九幺壹贰叁肆伍陆柒捌玖]";
const NUMBER = new RegExp(`${DIGIT}(?:[\\s.\\-－—_·,，]{0,2}${DIGIT}){6,}[xXｘＸ]?`, "gu");
const EMAIL = /[\w.+-]{1,64}\s?[@＠]\s?[\w-]{1,63}(?:\s?[.。．]\s?[\w-]{2,24}){1,4}/gu;
const LINK = /(?:https?\s?[:：]\s?\/{1,2}|www\s?\.)\s?[^\s，。；、]{2,500}|(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|cn|net|org|info|io|cc|me|tv|xyz|top|tw|hk|jp|kr|us)(?![\w-])(?:\/[^\s，。；、]{0,500})?/giu;
const ACCOUNT = /((?:微信|薇信|v信|wechat|weixin|vx|qq|扣扣)(?:号码|號碼|号|號|是|为|為|叫|id|[:：=\s])*)([a-z0-9][\w-]{4,30})/giu;

export function maskText(text, names) {
  return text
    .replace(EMAIL, `〔${names.email}〕`)
    .replace(LINK, `〔${names.link}〕`)
    .replace(ACCOUNT, (_whole, before) => `${before}〔${names.number}〕`)
    .replace(NUMBER, `〔${names.number}〕`);
}
