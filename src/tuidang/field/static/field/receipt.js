// Receipts made on the phone: sixteen digits, the last a check digit (H. M. Damm, Marburg 2004).
const DAMM = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
  "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
];

export function makeDigits() {
  let digits = "";
  while (digits.length < 15) {
    // Of 256 values the last six would come out as 0 to 5 too often: they are drawn again.
    for (const byte of crypto.getRandomValues(new Uint8Array(32))) {
      if (byte < 250 && digits.length < 15) digits += byte % 10;
    }
  }
  return digits + checkDigit(digits);
}

export function checkDigit(digits) {
  let interim = 0;
  for (const digit of digits) interim = Number(DAMM[interim][digit]);
  return String(interim);
}

export function inGroups(digits) {
  return digits.match(/.{4}/g);
}
